using System.Diagnostics;
using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Users;

/// <summary>Accounts and sessions in MongoDB.</summary>
internal sealed class MongoUserStore(IMongoDatabase database, MongoOutbox outbox) : IUserStore
{
    public const string Accounts = "accounts";
    public const string Sessions = "sessions";

    private const int DuplicateKey = 11000;
    private const int KeptTokens = 1000;
    private const string AdminLock = "admins";
    private static readonly TimeSpan LockLease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockStep = TimeSpan.FromMilliseconds(50);

    private static readonly FilterDefinitionBuilder<Aggregate<Account>> Where = Builders<Aggregate<Account>>.Filter;

    private readonly IMongoCollection<Aggregate<Account>> accounts = database.GetCollection<Aggregate<Account>>(Accounts);
    private readonly IMongoCollection<MongoSession> sessions = database.GetCollection<MongoSession>(Sessions);
    private readonly IMongoCollection<MongoLock> locks = database.GetCollection<MongoLock>("locks");

    public async Task AddAsync(AccountChange registered, Session? session, StoredAnswer? answer, CancellationToken cancellationToken)
    {
        // First the session: without its account it opens nothing, but an account whose answer promises a session must have it.
        if (session is not null) await AddSessionAsync(session, cancellationToken);
        try
        {
            var account = registered.Next;
            await accounts.InsertOneAsync(Aggregate<Account>.New(account.Id, account.Version, account, answer, registered.Event), cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            if (session is not null) await sessions.DeleteOneAsync(s => s.Id == session.Id, cancellationToken);
            if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null) throw new DuplicateIdempotencyKeyException();
            throw AccountRefusals.EmailTaken();
        }

        outbox.Wake();
    }

    public async Task<bool> SaveAsync(AccountChange change, long expectedVersion, CancellationToken cancellationToken)
    {
        var saved = change.LosesAdmin
            ? await AsOnlyOneAsync(AdminLock, () => SaveUnlessLastAdminAsync(change, expectedVersion, cancellationToken), cancellationToken)
            : await UpdateAsync(change, expectedVersion, cancellationToken);
        if (!saved) return false;
        outbox.Wake();
        // Tidying only: the epoch in the account has ended them already, in the same write as what ends them.
        if (change.EndsSessions) await sessions.DeleteManyAsync(s => s.UserId == change.Next.Id && s.Epoch < change.Next.SessionEpoch, cancellationToken);
        return true;
    }

    public async Task<Account?> FindAsync(string userId, CancellationToken cancellationToken) =>
        (await accounts.Find(Where.Eq(a => a.Id, userId)).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) =>
        [.. (await accounts.Find(Where.In(a => a.Id, userIds) & Where.Exists(a => a.State.ErasedAt, exists: false)).SortBy(a => a.Id).ToListAsync(cancellationToken)).Select(a => a.State)];

    public async Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        (await accounts.Find(Where.Eq(a => a.State.Email, email)).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Account>> ListAsync(string? role, string? text, PageRequest page, CancellationToken cancellationToken)
    {
        var where = Where.Exists(a => a.State.ErasedAt, exists: false);
        if (role is not null) where &= Where.Eq(a => a.State.Role, role);
        if (text is not null)
        {
            // Escaped: what a person types is text, not a pattern.
            var pattern = new BsonRegularExpression(System.Text.RegularExpressions.Regex.Escape(text), "i");
            where &= Where.Regex(a => a.State.Name, pattern) | Where.Regex(a => a.State.Email, pattern);
        }

        if (page.After is not null) where &= Where.Gt(a => a.Id, page.After);
        var found = await accounts.Find(where).Sort(Builders<Aggregate<Account>>.Sort.Ascending(a => a.Id)).Limit(page.Limit + 1).ToListAsync(cancellationToken);
        return [.. found.Select(a => a.State)];
    }

    public async Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        [.. (await accounts.Find(Where.Gte(a => a.State.SessionsEndedAt, since)).SortBy(a => a.Id).ToListAsync(cancellationToken)).Select(a => a.State)];

    public async Task<int> CountAdminsAsync(CancellationToken cancellationToken) =>
        (int)await accounts.CountDocumentsAsync(Where.Eq(a => a.State.Role, Roles.Admin), cancellationToken: cancellationToken);

    public async Task<StoredAnswer?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await accounts.Find(Where.Eq(a => a.Answer!.KeyHash, keyHash)).FirstOrDefaultAsync(cancellationToken))?.Answer?.Stored();

    public Task AddSessionAsync(Session session, CancellationToken cancellationToken) => sessions.InsertOneAsync(
        new MongoSession { Id = session.Id, UserId = session.UserId, Epoch = session.Epoch, TokenHash = session.TokenHash, ExpiresAt = session.ExpiresAt.UtcDateTime, Used = [] },
        cancellationToken: cancellationToken);

    public async Task<RotationOutcome> RotateAsync(string tokenHash, string nextHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var where = Builders<MongoSession>.Filter;
        var update = Builders<MongoSession>.Update;
        var rotated = await sessions.FindOneAndUpdateAsync(
            where.Eq(s => s.TokenHash, tokenHash) & where.Gt(s => s.ExpiresAt, now.UtcDateTime),
            update.Set(s => s.TokenHash, nextHash).Set(s => s.ExpiresAt, expiresAt.UtcDateTime).PushEach(s => s.Used, [tokenHash], slice: -KeptTokens),
            cancellationToken: cancellationToken);
        if (rotated is not null) return new RotationOutcome(rotated.UserId, rotated.Epoch, Reused: false);
        var revoked = await sessions.FindOneAndDeleteAsync(where.AnyEq(s => s.Used, tokenHash), cancellationToken: cancellationToken);
        return revoked is null ? RotationOutcome.Unknown : new RotationOutcome(revoked.UserId, revoked.Epoch, Reused: true);
    }

    public Task EndSessionAsync(string tokenHash, CancellationToken cancellationToken)
    {
        var where = Builders<MongoSession>.Filter;
        return sessions.DeleteOneAsync(where.Eq(s => s.TokenHash, tokenHash) | where.AnyEq(s => s.Used, tokenHash), cancellationToken);
    }

    private async Task<bool> UpdateAsync(AccountChange change, long expectedVersion, CancellationToken cancellationToken)
    {
        var next = change.Next;
        var update = Aggregate<Account>.Change(next.Version, next, change.Event);
        // What was said of the account before is personal too: what the relay keeps aside for a while, and the answer to its registration.
        if (next.ErasedAt is not null) update = update.Unset("published").Unset(a => a.Answer);
        try
        {
            var result = await accounts.UpdateOneAsync(Aggregate<Account>.At(next.Id, expectedVersion), update, cancellationToken: cancellationToken);
            return result.MatchedCount > 0;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            throw AccountRefusals.EmailTaken();
        }
    }

    private async Task<bool> SaveUnlessLastAdminAsync(AccountChange change, long expectedVersion, CancellationToken cancellationToken)
    {
        var others = Where.Eq(a => a.State.Role, Roles.Admin) & Where.Ne(a => a.Id, change.Next.Id);
        if (await accounts.CountDocumentsAsync(others, cancellationToken: cancellationToken) == 0) throw AccountRefusals.LastAdmin();
        return await UpdateAsync(change, expectedVersion, cancellationToken);
    }

    // The last two admins may demote each other at once, in two documents that no single write covers. That is rare enough to queue for.
    private async Task<T> AsOnlyOneAsync<T>(string name, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var owner = Guid.NewGuid().ToString("N");
        var patience = Stopwatch.StartNew();
        while (!await TryLockAsync(name, owner, cancellationToken))
        {
            if (patience.Elapsed > LockPatience) throw new TimeoutException("Another change of an admin takes too long.");
            await Task.Delay(LockStep, cancellationToken);
        }

        try
        {
            return await work();
        }
        finally
        {
            // Also when cancelled: else the next one waits for the lease to end.
            await locks.DeleteOneAsync(l => l.Id == name && l.Owner == owner, CancellationToken.None);
        }
    }

    private async Task<bool> TryLockAsync(string name, string owner, CancellationToken cancellationToken)
    {
        var now = DateTime.UtcNow;
        try
        {
            // Free or left behind: taken. Held: the upsert collides with it.
            await locks.UpdateOneAsync(
                l => l.Id == name && l.Until < now,
                Builders<MongoLock>.Update.Set(l => l.Owner, owner).Set(l => l.Until, now + LockLease),
                new UpdateOptions { IsUpsert = true },
                cancellationToken);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            return false;
        }
    }
}
