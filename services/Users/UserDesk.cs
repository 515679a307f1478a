using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Users;

/// <summary>The use cases of accounts.</summary>
internal sealed class UserDesk(
    IUserStore store, Passwords passwords, KeyRing keys, LoginThrottle throttle, UsersOptions options, RevokedTokens revoked, StoredRevokedTokens tokens, TimeProvider time,
    ILogger<UserDesk> log)
{
    private const int TokenBytes = 32;

    /// <summary>Makes an account and signs it in.</summary>
    /// <exception cref="RefusedException"><c>EMAIL_TAKEN</c>, or <c>RATE_LIMITED</c> for too many from one address.</exception>
    public Task<SignInView> RegisterAsync(
        string name, string email, string password, string? phone, string address, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(key, store.FindAnswerAsync, async token =>
        {
            throttle.Register(address);
            var hash = await passwords.HashAsync(password, token);
            var now = time.Now();
            var change = Account.Register(time.NewId(), name, email, phone, Roles.User, hash, now);
            var (view, session) = SignIn(change.Next, now);
            await store.AddAsync(change, session, key?.Seal(view, now), token);
            UsersLog.Registered(log, change.Next.Id);
            return view;
        }, cancellationToken);

    /// <summary>Signs in.</summary>
    /// <exception cref="RefusedException"><c>INVALID_CREDENTIALS</c>, or <c>RATE_LIMITED</c> after too many failures.</exception>
    public async Task<SignInView> LoginAsync(string email, string password, string address, CancellationToken cancellationToken)
    {
        var account = await store.FindByEmailAsync(email, cancellationToken);
        if (account is { ErasedAt: not null }) account = null;
        if (!await IsPasswordAsync(email, address, password, account?.PasswordHash, cancellationToken))
        {
            UsersLog.SignInFailed(log, account?.Id);
            throw AccountRefusals.WrongCredentials();
        }

        var (view, session) = SignIn(account!, time.Now());
        await store.AddSessionAsync(session, cancellationToken);
        // A password or role changed meanwhile has ended the sessions there were, but not this one.
        var now = await store.FindAsync(account!.Id, cancellationToken);
        if (now?.PasswordHash != account.PasswordHash || now.Role != account.Role)
        {
            await store.EndSessionAsync(session.TokenHash, cancellationToken);
            throw AccountRefusals.WrongCredentials();
        }

        UsersLog.SignedIn(log, account.Id);
        return view;
    }

    /// <summary>Gives the next pair of tokens for a refresh token, which is good once.</summary>
    /// <exception cref="RefusedException"><c>INVALID_CREDENTIALS</c>.</exception>
    public async Task<SignInView> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var next = NewToken();
        var outcome = await store.RotateAsync(HashOf(refreshToken), HashOf(next), now, now + options.RefreshTokenLifetime, cancellationToken);
        if (outcome.Reused) UsersLog.TokenReused(log, outcome.UserId!);
        if (outcome.UserId is null || outcome.Reused) throw AccountRefusals.WrongRefreshToken();
        var account = await store.FindAsync(outcome.UserId, cancellationToken);
        if (account is { ErasedAt: null } && account.SessionEpoch == outcome.Epoch) return View(account, next, now);
        // A sign-in that crossed with a new password, say: too late to be swept away with the others.
        await store.EndSessionAsync(HashOf(next), cancellationToken);
        throw AccountRefusals.WrongRefreshToken();
    }

    /// <summary>Ends the session of a refresh token.</summary>
    public Task LogoutAsync(string refreshToken, CancellationToken cancellationToken) => store.EndSessionAsync(HashOf(refreshToken), cancellationToken);

    /// <summary>An account that exists.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>.</exception>
    public async Task<Account> GetAsync(string userId, CancellationToken cancellationToken) =>
        await store.FindAsync(userId, cancellationToken) is { ErasedAt: null } account ? account : throw AccountRefusals.NotFound();

    /// <summary>Changes an account.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>, <c>FORBIDDEN</c>, <c>EMAIL_TAKEN</c>, <c>INVALID_CREDENTIALS</c>, <c>VERSION_CONFLICT</c>.</exception>
    public async Task<Account> UpdateAsync(
        string userId, Caller caller, IReadOnlyCollection<long>? expected, AccountUpdate update, string address, CancellationToken cancellationToken)
    {
        RequireSelfOrAdmin(userId, caller);
        if (update.Role is not null && !caller.IsAdmin) throw new RefusedException(ErrorCodes.Forbidden, "Only admins change roles.");
        string? proven = null;
        string? hash = null;
        while (true)
        {
            var account = await GetAsync(userId, cancellationToken);
            expected.Require(account.Version);
            // An admin who resets somebody else's password does not know the old one.
            if (update.Password is not null && caller.UserId == userId && proven != account.PasswordHash)
            {
                if (!await IsPasswordAsync(account.Email, address, update.CurrentPassword ?? "", account.PasswordHash, cancellationToken))
                    throw new RefusedException(ErrorCodes.InvalidCredentials, "The current password is wrong.");
                proven = account.PasswordHash;
            }

            if (update.Password is not null) hash ??= await passwords.HashAsync(update.Password, cancellationToken);
            var change = account.Update(update.Name, update.Email, update.Phone, update.SetsPhone, update.Role, hash, time.Now());
            if (!await store.SaveAsync(change, account.Version, cancellationToken)) continue;
            if (change.EndsSessions) revoked.Revoke(tokens.Of(change.Next));
            if (hash is not null) UsersLog.PasswordChanged(log, userId, caller.UserId);
            if (change.Next.Role != account.Role) UsersLog.RoleChanged(log, userId, account.Role, change.Next.Role, caller.UserId);
            return change.Next;
        }
    }

    /// <summary>Erases an account.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>, <c>CONFLICT</c> for the last admin, <c>VERSION_CONFLICT</c>.</exception>
    public async Task EraseAsync(string userId, Caller caller, IReadOnlyCollection<long>? expected, CancellationToken cancellationToken)
    {
        RequireSelfOrAdmin(userId, caller);
        while (true)
        {
            var account = await GetAsync(userId, cancellationToken);
            expected.Require(account.Version);
            var change = account.Erase(time.Now());
            if (!await store.SaveAsync(change, account.Version, cancellationToken)) continue;
            revoked.Revoke(tokens.Of(change.Next));
            UsersLog.Erased(log, userId, caller.UserId);
            return;
        }
    }

    /// <summary>What an access token says, if it is good.</summary>
    public async Task<VerificationView> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidIssuer = AccessTokens.Issuer,
            ValidAudience = AccessTokens.Audience,
            ValidTypes = [AccessTokens.Type],
            IssuerSigningKeys = keys.Published.SigningKeys,
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid && result.SecurityToken is JsonWebToken good && await store.FindAsync(good.Subject, cancellationToken) is { ErasedAt: null } account
            && good.TryGetPayloadValue<int>(AccessTokens.EpochClaim, out var epoch) && epoch == account.SessionEpoch
            ? new VerificationView(true, good.Subject, good.GetClaim("role").Value, new DateTimeOffset(good.ValidTo))
            : new VerificationView(false, null, null, null);
    }

    private static void RequireSelfOrAdmin(string userId, Caller caller)
    {
        if (caller.UserId != userId && !caller.IsAdmin) throw AccountRefusals.NotFound();
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    // Counted before the hash is computed. A failure of ours is not one of theirs.
    private async Task<bool> IsPasswordAsync(string email, string address, string password, string? hash, CancellationToken cancellationToken)
    {
        throttle.Begin(email, address);
        bool right;
        try
        {
            right = await passwords.VerifyAsync(password, hash, cancellationToken);
        }
        catch (RefusedException)
        {
            throttle.Abandoned(email, address);
            throw;
        }

        if (right) throttle.Succeeded(email, address);
        else throttle.Failed(address);
        return right;
    }

    private (SignInView View, Session Session) SignIn(Account account, DateTimeOffset now)
    {
        var token = NewToken();
        return (View(account, token, now), new Session(time.NewId(), account.Id, account.SessionEpoch, HashOf(token), now + options.RefreshTokenLifetime));
    }

    private SignInView View(Account account, string refreshToken, DateTimeOffset now) => new(
        UserView.Of(account),
        keys.Sign(account, time.NewId(), now, now + options.AccessTokenLifetime),
        refreshToken,
        (int)options.AccessTokenLifetime.TotalSeconds);
}
