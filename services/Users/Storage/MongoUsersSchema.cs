using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoUsersSchema
{
    private const string EarlierAccounts = "accounts";

    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        // Databases from before there were versions have these indexes already.
        new("Indexes as of 0.1", FirstAsync),
        MongoAnswers.Step(EarlierAccounts),
        // When earlier sessions began is not known: they are given their time from now.
        new("Sessions with a beginning, ended sessions, invitations", SecondAsync),
        new("Answers beside accounts", (database, token) =>
            MongoAnswers.CreateIndexesAsync(database.GetCollection<AnswerItem>(MongoUserStore.Answers), token)
        ),
        MongoOutbox.Step(EarlierAccounts, MongoUserStore.Invitations),
        // Nothing is made for them; the version keeps processes away that would sign with keys of their own.
        new("Signing keys in the store", (_, _) => Task.CompletedTask),
        new("The fields of users and invitations at the top of their documents", LayoutAsync),
    ];

    /// <summary>What a document of a user has. An erased one has nothing that says who it was.</summary>
    internal const string UserSchema = """
        {
          bsonType: 'object',
          required: ['_id', 'version', 'name', 'email', 'role', 'passwordHash', 'emailVerified', 'createdAt', 'updatedAt', 'outbox'],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            name: { bsonType: 'string' },
            email: { bsonType: 'string' },
            emailVerified: { bsonType: 'bool' },
            phone: { bsonType: 'string' },
            role: { enum: ['user', 'operator', 'admin'] },
            branchIds: { bsonType: 'array', items: { bsonType: 'string' } },
            passwordHash: { bsonType: 'string' },
            disabledAt: { bsonType: 'date' },
            createdAt: { bsonType: 'date' },
            updatedAt: { bsonType: 'date' },
            erasedAt: { bsonType: 'date' },
            outbox: { bsonType: 'array', items: { bsonType: 'object', required: ['eventId', 'type', 'payload', 'occurredAt'] } },
            pendingSince: { bsonType: 'date' }
          }
        }
        """;

    private static async Task LayoutAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoLayout.RenameAsync(database, EarlierAccounts, MongoUserStore.Users, cancellationToken);
        await MongoLayout.FlattenAsync(database, MongoUserStore.Users, cancellationToken);
        await MongoLayout.FlattenAsync(database, MongoUserStore.Invitations, cancellationToken);
        var users = Builders<Aggregate<Account>>.IndexKeys;
        await database
            .GetCollection<Aggregate<Account>>(MongoUserStore.Users)
            .Indexes.CreateManyAsync(
                [
                    new(users.Ascending(a => a.State.Email), new CreateIndexOptions { Name = "email", Unique = true }),
                    new(users.Ascending(a => a.State.Role).Ascending(a => a.Id), new CreateIndexOptions { Name = "role" }),
                    new(users.Ascending(a => a.State.SessionsEndedAt), new CreateIndexOptions { Name = "ended", Sparse = true }),
                ],
                cancellationToken
            );
        var invited = Builders<Aggregate<Invitation>>.IndexKeys;
        await database
            .GetCollection<Aggregate<Invitation>>(MongoUserStore.Invitations)
            .Indexes.CreateManyAsync(
                [
                    new(invited.Ascending(i => i.State.Email), new CreateIndexOptions { Name = "email" }),
                    new(invited.Ascending(i => i.State.ExpiresAt), new CreateIndexOptions { Name = "end", ExpireAfter = TimeSpan.Zero }),
                ],
                cancellationToken
            );
        await MongoLayout.ValidateAsync(database, MongoUserStore.Users, UserSchema, cancellationToken);
    }

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, EarlierAccounts, cancellationToken);
        await database
            .GetCollection<NestedAggregate<Account>>(EarlierAccounts)
            .Indexes.CreateManyAsync(
                [
                    new(
                        Builders<NestedAggregate<Account>>.IndexKeys.Ascending(a => a.State.Email),
                        new CreateIndexOptions { Name = "email", Unique = true }
                    ),
                    new(
                        Builders<NestedAggregate<Account>>.IndexKeys.Ascending(a => a.State.Role).Ascending(a => a.Id),
                        new CreateIndexOptions { Name = "role" }
                    ),
                    new(
                        Builders<NestedAggregate<Account>>.IndexKeys.Ascending(a => a.State.SessionsEndedAt),
                        new CreateIndexOptions { Name = "ended", Sparse = true }
                    ),
                ],
                cancellationToken
            );
        var keys = Builders<MongoSession>.IndexKeys;
        await database
            .GetCollection<MongoSession>(MongoUserStore.Sessions)
            .Indexes.CreateManyAsync(
                [
                    new(keys.Ascending(s => s.TokenHash), new CreateIndexOptions { Name = "token", Unique = true }),
                    new(keys.Ascending(s => s.Used), new CreateIndexOptions { Name = "used" }),
                    new(keys.Ascending(s => s.UserId), new CreateIndexOptions { Name = "user" }),
                    new(keys.Ascending(s => s.ExpiresAt), new CreateIndexOptions { Name = "end", ExpireAfter = TimeSpan.Zero }),
                ],
                cancellationToken
            );
    }

    private static async Task SecondAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoUserStore.Invitations, cancellationToken);
        var invited = Builders<NestedAggregate<Invitation>>.IndexKeys;
        await database
            .GetCollection<NestedAggregate<Invitation>>(MongoUserStore.Invitations)
            .Indexes.CreateManyAsync(
                [
                    new(invited.Ascending(i => i.State.Email), new CreateIndexOptions { Name = "email" }),
                    new(invited.Ascending(i => i.State.ExpiresAt), new CreateIndexOptions { Name = "end", ExpireAfter = TimeSpan.Zero }),
                ],
                cancellationToken
            );
        var sessions = database.GetCollection<MongoSession>(MongoUserStore.Sessions);
        await sessions.Indexes.CreateOneAsync(
            new CreateIndexModel<MongoSession>(
                Builders<MongoSession>.IndexKeys.Ascending(s => s.RefusedUntil),
                new CreateIndexOptions { Name = "refused", Sparse = true }
            ),
            cancellationToken: cancellationToken
        );
        var now = DateTime.UtcNow;
        await sessions.UpdateManyAsync(
            Builders<MongoSession>.Filter.Exists(s => s.CreatedAt, exists: false),
            Builders<MongoSession>.Update.Set(s => s.CreatedAt, now).Set(s => s.UsedAt, now),
            cancellationToken: cancellationToken
        );
    }
}
