using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Storage;

/// <summary>Accounts, sessions and invitations in MongoDB.</summary>
internal sealed class MongoUserStore(IMongoDatabase database, MongoOutbox outbox, TimeProvider time) : IUserStore
{
    public const string Users = "users";
    public const string Sessions = "sessions";
    public const string Invitations = "invitations";
    public const string Answers = "answers";
    public const string SigningKeys = "signingKeys";

    private const int DuplicateKey = 11000;
    private const int KeptTokens = 1000;
    private const int RecentTokens = 16;
    private const string AdminLock = "admins";
    private static readonly TimeSpan LockLease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockStep = TimeSpan.FromMilliseconds(50);

    private static readonly FilterDefinitionBuilder<Aggregate<Account>> Where = Builders<Aggregate<Account>>.Filter;
    private static readonly FilterDefinitionBuilder<MongoSession> WhereSession = Builders<MongoSession>.Filter;
    private static readonly UpdateDefinitionBuilder<MongoSession> ChangeSession = Builders<MongoSession>.Update;

    private static readonly FilterDefinition<Aggregate<Account>> IsAdmin =
        Where.Eq(a => a.State.Role, Roles.Admin) & Where.Exists(a => a.State.DisabledAt, exists: false);

    private readonly IMongoCollection<Aggregate<Account>> accounts = database.GetCollection<Aggregate<Account>>(Users);
    private readonly IMongoCollection<MongoSession> sessions = database.GetCollection<MongoSession>(Sessions);
    private readonly IMongoCollection<Aggregate<Invitation>> invitations = database.GetCollection<Aggregate<Invitation>>(Invitations);
    private readonly IMongoCollection<AnswerItem> answers = database.GetCollection<AnswerItem>(Answers);
    private readonly IMongoCollection<MongoSigningKeys> signingKeys = database.GetCollection<MongoSigningKeys>(SigningKeys);
    private readonly IMongoCollection<MongoLock> locks = database.GetCollection<MongoLock>("locks");

    public async Task AddAsync(AccountChange registered, Session? session, StoredResponse? answer, CancellationToken cancellationToken)
    {
        // First the session: without its account it opens nothing, but an account whose answer promises a session must have it.
        if (session is not null)
            await AddSessionAsync(session, cancellationToken);
        try
        {
            var account = registered.Next;
            await accounts.InsertOneAsync(
                Aggregate<Account>.New(account.Id, account.Version, account, answer, registered.Events),
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            if (session is not null)
                await sessions.DeleteOneAsync(s => s.Id == session.Id, cancellationToken);
            throw await DuplicateAsync(answer, cancellationToken);
        }

        outbox.Wake();
    }

    public async Task<bool> SaveAsync(
        AccountChange change,
        long expectedVersion,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        var saved = change.LosesAdmin
            ? await AsOnlyOneAsync(
                AdminLock,
                () => SaveUnlessLastAdminAsync(change, expectedVersion, answer, cancellationToken),
                cancellationToken
            )
            : await UpdateAsync(change, expectedVersion, answer, cancellationToken);
        if (saved)
            await SavedAsync(change, cancellationToken);
        return saved;
    }

    public async Task<Account?> FindAsync(string userId, CancellationToken cancellationToken) =>
        (await accounts.Find(Where.Eq(a => a.Id, userId)).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) =>
        [
            .. (
                await accounts
                    .Find(Where.In(a => a.Id, userIds) & Where.Exists(a => a.State.ErasedAt, exists: false))
                    .SortBy(a => a.Id)
                    .ToListAsync(cancellationToken)
            ).Select(a => a.State),
        ];

    public async Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        (await accounts.Find(Where.Eq(a => a.State.Email, email)).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Account>> ListAsync(
        string? role,
        string? text,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var where = Where.Exists(a => a.State.ErasedAt, exists: false);
        if (role is not null)
            where &= Where.Eq(a => a.State.Role, role);
        if (branchIds is not null)
            where &= Where.Eq(a => a.State.Role, Roles.User) | Within<Account>(branchIds);
        if (text is not null)
        {
            // Escaped: what a person types is text, not a pattern.
            var pattern = new BsonRegularExpression(System.Text.RegularExpressions.Regex.Escape(text), "i");
            where &= Where.Regex(a => a.State.Name, pattern) | Where.Regex(a => a.State.Email, pattern);
        }

        if (page.After is not null)
            where &= Where.Gt(a => a.Id, page.After);
        var found = await accounts
            .Find(where)
            .Sort(Builders<Aggregate<Account>>.Sort.Ascending(a => a.Id))
            .Limit(page.Limit + 1)
            .ToListAsync(cancellationToken);
        return [.. found.Select(a => a.State)];
    }

    // Bound, and to no branch but those given.
    private static FilterDefinition<Aggregate<T>> Within<T>(IReadOnlyCollection<string> branchIds) =>
        new BsonDocument
        {
            ["branchIds.0"] = new BsonDocument("$exists", true),
            ["branchIds"] = new BsonDocument("$not", new BsonDocument("$elemMatch", new BsonDocument("$nin", new BsonArray(branchIds)))),
        };

    public async Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        [
            .. (
                await accounts.Find(Where.Gte(a => a.State.SessionsEndedAt, since)).SortBy(a => a.Id).ToListAsync(cancellationToken)
            ).Select(a => a.State),
        ];

    public async Task<int> CountAdminsAsync(CancellationToken cancellationToken) =>
        (int)await accounts.CountDocumentsAsync(IsAdmin, cancellationToken: cancellationToken);

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken)
    {
        if (await accounts.Find(Aggregate<Account>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken) is { } account)
            return account.AnswerOf(keyHash);
        var kept = await invitations.Find(i => i.Answer!.KeyHash == keyHash).Project(i => i.Answer).FirstOrDefaultAsync(cancellationToken)
            ?? await answers.Find(a => a.KeyHash == keyHash).FirstOrDefaultAsync(cancellationToken);
        return kept?.Stored();
    }

    public Task KeepAnswerAsync(StoredResponse answer, CancellationToken cancellationToken) =>
        MongoAnswers.KeepAsync(answers, answer, cancellationToken);

    public Task AddSessionAsync(Session session, CancellationToken cancellationToken) =>
        sessions.InsertOneAsync(MongoSession.Of(session), cancellationToken: cancellationToken);

    public async Task<RotationOutcome> RotateAsync(TokenRotation use, CancellationToken cancellationToken)
    {
        var open = WhereSession.Gt(s => s.ExpiresAt, use.Now.UtcDateTime) & WhereSession.Gt(s => s.CreatedAt, use.BeganAfter.UtcDateTime);
        var used = new MongoUsedToken
        {
            TokenHash = use.TokenHash,
            At = use.Now.UtcDateTime,
            Salt = use.Salt,
        };
        var rotated = await sessions.FindOneAndUpdateAsync(
            WhereSession.Eq(s => s.TokenHash, use.TokenHash) & open,
            ChangeSession
                .Set(s => s.TokenHash, use.NextHash)
                .Set(s => s.ExpiresAt, use.ExpiresAt.UtcDateTime)
                .Set(s => s.UsedAt, use.Now.UtcDateTime)
                .PushEach(s => s.Used, [use.TokenHash], slice: -KeptTokens)
                .PushEach(s => s.Recent, [used], slice: -RecentTokens),
            cancellationToken: cancellationToken
        );
        if (rotated is not null)
            return new RotationOutcome(rotated.Id, rotated.UserId, rotated.Epoch, use.Salt, Reused: false);

        // An update, though it changes little: unlike a majority read it sees what another tab has written in this moment.
        var since = use.RepeatableSince.UtcDateTime;
        var again = await sessions.FindOneAndUpdateAsync(
            WhereSession.ElemMatch(s => s.Recent, u => u.TokenHash == use.TokenHash && u.At >= since) & open,
            ChangeSession.Set(s => s.UsedAt, use.Now.UtcDateTime),
            cancellationToken: cancellationToken
        );
        if (again is not null)
            return new RotationOutcome(
                again.Id,
                again.UserId,
                again.Epoch,
                again.Recent.First(u => u.TokenHash == use.TokenHash).Salt,
                Reused: false
            );

        var revoked = await EndAsync(WhereSession.AnyEq(s => s.Used, use.TokenHash), use.RefusedUntil, cancellationToken);
        return revoked is null
            ? RotationOutcome.Unknown
            : new RotationOutcome(revoked.Id, revoked.UserId, revoked.Epoch, null, Reused: true);
    }

    public async Task<string?> EndSessionAsync(string tokenHash, DateTimeOffset refusedUntil, CancellationToken cancellationToken) =>
        (
            await EndAsync(
                WhereSession.Eq(s => s.TokenHash, tokenHash) | WhereSession.AnyEq(s => s.Used, tokenHash),
                refusedUntil,
                cancellationToken
            )
        )?.Id;

    public async Task<bool> EndSessionAsync(
        string userId,
        string sessionId,
        DateTimeOffset refusedUntil,
        CancellationToken cancellationToken
    ) =>
        await EndAsync(
            WhereSession.Eq(s => s.Id, sessionId)
                & WhereSession.Eq(s => s.UserId, userId)
                & WhereSession.Exists(s => s.RefusedUntil, exists: false),
            refusedUntil,
            cancellationToken
        )
            is not null;

    public async Task<Session?> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        (
            await sessions
                .Find(WhereSession.Eq(s => s.Id, sessionId) & WhereSession.Exists(s => s.RefusedUntil, exists: false))
                .FirstOrDefaultAsync(cancellationToken)
        )?.Session();

    public async Task<IReadOnlyList<Session>> ListSessionsAsync(
        string userId,
        int epoch,
        DateTimeOffset now,
        DateTimeOffset beganAfter,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var where =
            WhereSession.Eq(s => s.UserId, userId)
            & WhereSession.Eq(s => s.Epoch, epoch)
            & WhereSession.Exists(s => s.RefusedUntil, exists: false)
            & WhereSession.Gt(s => s.ExpiresAt, now.UtcDateTime)
            & WhereSession.Gt(s => s.CreatedAt, beganAfter.UtcDateTime);
        if (page.After is not null)
            where &= WhereSession.Gt(s => s.Id, page.After);
        return
        [
            .. (await sessions.Find(where).SortBy(s => s.Id).Limit(page.Limit + 1).ToListAsync(cancellationToken)).Select(s => s.Session()),
        ];
    }

    public async Task<IReadOnlyList<(string SessionId, DateTimeOffset RefusedUntil)>> EndedSessionsAsync(
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await sessions.Find(WhereSession.Gt(s => s.RefusedUntil, now.UtcDateTime)).ToListAsync(cancellationToken)).Select(s =>
                (s.Id, (DateTimeOffset)s.RefusedUntil!.Value)
            ),
        ];

    public async Task InviteAsync(
        Invitation invitation,
        AccountLinkIssued issued,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await invitations.InsertOneAsync(
                Aggregate<Invitation>.New(invitation.Id, 1, invitation, answer, issued),
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            throw new DuplicateIdempotencyKeyException();
        }

        // After the new one, so that none is lost; of two at once both may stay, and each is an admin's own.
        await invitations.DeleteManyAsync(i => i.State.Email == invitation.Email && i.Id != invitation.Id, cancellationToken);
        outbox.Wake();
    }

    public async Task<Invitation?> FindInvitationAsync(string invitationId, CancellationToken cancellationToken) =>
        (await invitations.Find(i => i.Id == invitationId).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Invitation>> ListInvitationsAsync(
        DateTimeOffset now,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var where = Builders<Aggregate<Invitation>>.Filter.Gt(i => i.State.ExpiresAt, now);
        if (branchIds is not null)
            where &= Builders<Aggregate<Invitation>>.Filter.Eq(i => i.State.Role, Roles.User) | Within<Invitation>(branchIds);
        if (page.After is not null)
            where &= Builders<Aggregate<Invitation>>.Filter.Gt(i => i.Id, page.After);
        return
        [
            .. (await invitations.Find(where).SortBy(i => i.Id).Limit(page.Limit + 1).ToListAsync(cancellationToken)).Select(i => i.State),
        ];
    }

    public async Task<bool> RemoveInvitationAsync(string invitationId, CancellationToken cancellationToken) =>
        (await invitations.DeleteOneAsync(i => i.Id == invitationId, cancellationToken)).DeletedCount > 0;

    // The account first: it is what uses the invitation up, since nobody is invited to an address that is proven. A crash before the
    // invitation is deleted leaves one that opens nothing.
    public async Task<bool> AcceptAsync(
        string invitationId,
        AccountChange change,
        long? expectedVersion,
        Session session,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        if (await FindInvitationAsync(invitationId, cancellationToken) is null)
            return false;
        if (expectedVersion is null)
        {
            await AddAsync(change, session, answer, cancellationToken);
        }
        else
        {
            if (!await UpdateAsync(change, expectedVersion.Value, answer, cancellationToken))
                return false;
            await SavedAsync(change, cancellationToken);
            await AddSessionAsync(session, cancellationToken);
        }

        await RemoveInvitationAsync(invitationId, cancellationToken);
        return true;
    }

    public async Task<SigningKeySet?> FindSigningKeysAsync(CancellationToken cancellationToken) =>
        await signingKeys.Find(k => k.Id == MongoSigningKeys.OnlyId).FirstOrDefaultAsync(cancellationToken) is { } found
            ? new SigningKeySet(found.Pem, found.Version)
            : null;

    public async Task<bool> SaveSigningKeysAsync(string pem, long expectedVersion, CancellationToken cancellationToken)
    {
        var next = new MongoSigningKeys
        {
            Id = MongoSigningKeys.OnlyId,
            Pem = pem,
            Version = expectedVersion + 1,
        };
        if (expectedVersion > 0)
            return (
                    await signingKeys.ReplaceOneAsync(
                        k => k.Id == MongoSigningKeys.OnlyId && k.Version == expectedVersion,
                        next,
                        cancellationToken: cancellationToken
                    )
                ).MatchedCount > 0;
        try
        {
            await signingKeys.InsertOneAsync(next, cancellationToken: cancellationToken);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            return false;
        }
    }

    private async Task SavedAsync(AccountChange change, CancellationToken cancellationToken)
    {
        outbox.Wake();
        // Tidying only: the epoch in the account has ended them already, in the same write as what ends them.
        if (change.EndsSessions)
            await sessions.DeleteManyAsync(s => s.UserId == change.Next.Id && s.Epoch < change.Next.SessionEpoch, cancellationToken);
    }

    private async Task<MongoSession?> EndAsync(
        FilterDefinition<MongoSession> which,
        DateTimeOffset refusedUntil,
        CancellationToken cancellationToken
    ) =>
        await sessions.FindOneAndUpdateAsync(
            which,
            ChangeSession
                .Set(s => s.TokenHash, "ended " + time.NewId())
                .Set(s => s.Used, [])
                .Set(s => s.Recent, [])
                .Set(s => s.RefusedUntil, refusedUntil.UtcDateTime)
                .Set(s => s.ExpiresAt, refusedUntil.UtcDateTime),
            cancellationToken: cancellationToken
        );

    // By looking, since the server names only the first of the indexes that a document collides in.
    private async Task<Exception> DuplicateAsync(StoredResponse? answer, CancellationToken cancellationToken) =>
        answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null
            ? new DuplicateIdempotencyKeyException()
            : AccountRefusals.EmailTaken();

    private async Task<bool> UpdateAsync(
        AccountChange change,
        long expectedVersion,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        var next = change.Next;
        var update = Aggregate<Account>.Change(next.Version, next, answer, change.Events);
        // What was said of the account before is personal too: what the relay keeps aside for a while, and the answers to its requests.
        if (next.ErasedAt is not null)
            update = update.Unset("published").Unset(a => a.Answer).Unset(a => a.Answers);
        try
        {
            var result = await accounts.UpdateOneAsync(
                Aggregate<Account>.At(next.Id, expectedVersion, answer),
                update,
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 0 && answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
                throw new DuplicateIdempotencyKeyException();
            return result.MatchedCount > 0;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            throw await DuplicateAsync(answer, cancellationToken);
        }
    }

    private async Task<bool> SaveUnlessLastAdminAsync(
        AccountChange change,
        long expectedVersion,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        var others = IsAdmin & Where.Ne(a => a.Id, change.Next.Id);
        if (await accounts.CountDocumentsAsync(others, cancellationToken: cancellationToken) == 0)
            throw AccountRefusals.LastAdmin();
        return await UpdateAsync(change, expectedVersion, answer, cancellationToken);
    }

    // The last two admins may demote each other at once, in two documents that no single write covers. That is rare enough to queue for.
    private async Task<T> AsOnlyOneAsync<T>(string name, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var owner = time.NewId();
        var began = time.GetTimestamp();
        while (!await TryLockAsync(name, owner, cancellationToken))
        {
            if (time.GetElapsedTime(began) > LockPatience)
                throw new TimeoutException("Another change of an admin takes too long.");
            await Task.Delay(LockStep, time, cancellationToken);
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
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            // Free or left behind: taken. Held: the upsert collides with it.
            await locks.UpdateOneAsync(
                l => l.Id == name && l.Until < now,
                Builders<MongoLock>.Update.Set(l => l.Owner, owner).Set(l => l.Until, now + LockLease),
                new UpdateOptions { IsUpsert = true },
                cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            return false;
        }
    }
}
