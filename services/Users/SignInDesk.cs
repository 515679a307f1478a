using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Http;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>The use cases of signing in and of sessions.</summary>
internal sealed class SignInDesk(
    IUserStore store,
    Passwords passwords,
    PasswordProof proof,
    LoginThrottle throttle,
    DeviceTokens devices,
    SignIns signIns,
    AccountLinks links,
    KeyRing keys,
    RevokedTokens revoked,
    TimeProvider time,
    ILogger<SignInDesk> log
)
{
    /// <summary>How long after its use a refresh token gets the same answer again.</summary>
    public static readonly TimeSpan RepeatLeeway = TimeSpan.FromSeconds(20);

    /// <summary>Makes an account, signs it in and mails a link that proves its address.</summary>
    /// <exception cref="RefusedException"><c>EMAIL_TAKEN</c>, or <c>RATE_LIMITED</c> for too many from one network.</exception>
    public Task<SignInView> RegisterAsync(
        string name,
        string email,
        string password,
        string? phone,
        SignInClient client,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                throttle.Register(client.Network);
                var hash = await passwords.HashAsync(password, token);
                var now = time.Now();
                var change = links.WithVerification(
                    Account.Register(time.NewId(), name, email, phone, Roles.User, hash, now),
                    client.Language
                );
                var (view, session) = await signIns.BeginAsync(change.Next, client.Program, device: null, token);
                await store.AddAsync(change, session, key?.Seal(view, now), token);
                UsersLog.Registered(log, change.Next.Id);
                return view;
            },
            cancellationToken
        );

    /// <summary>Starts a session for who knows the password, and tells the device a token that eases its next sign-in.</summary>
    /// <param name="email">The address, lower case.</param>
    /// <param name="password">The password.</param>
    /// <param name="deviceToken">What the device kept of an earlier sign-in.</param>
    /// <param name="client">Who it seems to be.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">
    /// <c>INVALID_CREDENTIALS</c>, <c>RATE_LIMITED</c> after too many failures, or, to those who know the password,
    /// <c>ACCOUNT_DISABLED</c>.
    /// </exception>
    public async Task<SignInView> LoginAsync(
        string email,
        string password,
        string? deviceToken,
        SignInClient client,
        CancellationToken cancellationToken
    )
    {
        // Read whether or not there is the account, so that both take as long.
        var claimed = await devices.ReadAsync(deviceToken);
        var account = await store.FindByEmailAsync(email, cancellationToken);
        if (account is { ErasedAt: not null })
            account = null;
        var device = account is not null && claimed?.AccountId == account.Id ? claimed.Value.Device : null;
        if (!await proof.IsRightAsync(new SignInAttempt(email, client.Network, device), password, account?.PasswordHash, cancellationToken))
        {
            UsersLog.SignInFailed(log, account?.Id);
            throw AccountRefusals.WrongCredentials();
        }

        if (account!.DisabledAt is not null)
        {
            UsersLog.DisabledSignIn(log, account.Id);
            throw AccountRefusals.Disabled();
        }

        var (view, session) = await signIns.BeginAsync(account, client.Program, device, cancellationToken);
        await store.AddSessionAsync(session, cancellationToken);
        // What has ended the sessions there were meanwhile, such as a new password, has not ended this one.
        if ((await store.FindAsync(account.Id, cancellationToken))?.SessionEpoch != account.SessionEpoch)
        {
            await EndAsync(session.TokenHash, cancellationToken);
            throw AccountRefusals.WrongCredentials();
        }

        UsersLog.SignedIn(log, account.Id);
        return view;
    }

    /// <summary>
    /// Gives the next pair of tokens for a refresh token, which is good once; a repeat within <see cref="RepeatLeeway"/> gets the same
    /// refresh token, since two tabs may have sent it at once or the answer may have been lost.
    /// </summary>
    /// <exception cref="RefusedException"><c>INVALID_CREDENTIALS</c>.</exception>
    public async Task<SignInView> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var salt = RefreshTokens.NewSalt();
        var outcome = await store.RotateAsync(
            new TokenRotation
            {
                TokenHash = RefreshTokens.HashOf(refreshToken),
                NextHash = RefreshTokens.HashOf(RefreshTokens.After(refreshToken, salt)),
                Salt = salt,
                Now = now,
                ExpiresAt = signIns.RefreshTokenEnds,
                BeganAfter = signIns.BeganAfter,
                RepeatableSince = now - RepeatLeeway,
                RefusedUntil = signIns.AccessTokensEnd,
            },
            cancellationToken
        );
        if (outcome.Reused)
        {
            revoked.Revoke(RevokedToken.OfSession(outcome.SessionId!, signIns.AccessTokensEnd));
            UsersLog.TokenReused(log, outcome.UserId!);
        }

        if (outcome.Salt is null)
            throw AccountRefusals.WrongRefreshToken();
        var next = RefreshTokens.After(refreshToken, outcome.Salt);
        var account = await store.FindAsync(outcome.UserId!, cancellationToken);
        if (account is { ErasedAt: null } && account.SessionEpoch == outcome.Epoch)
            // The token before is used up: whoever goes away now must find the answer at a repeat.
            return await signIns.RenewAsync(account, outcome.SessionId!, next, CancellationToken.None);
        // A sign-in that crossed with a new password, say: too late to be swept away with the others.
        await EndAsync(RefreshTokens.HashOf(next), cancellationToken);
        throw AccountRefusals.WrongRefreshToken();
    }

    /// <summary>Ends the session of a refresh token, and its access tokens with it.</summary>
    public Task LogoutAsync(string refreshToken, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                // Where nothing ends nothing is kept: anyone may send any token. Cut off in between, a repeat finds nothing to end.
                if (await EndAsync(RefreshTokens.HashOf(refreshToken), token) is not { } sessionId)
                    return true;
                UsersLog.SignedOut(log, sessionId);
                if (key is not null)
                    await store.KeepAnswerAsync(key.Seal(true, time.Now()), token);
                return true;
            },
            cancellationToken
        );

    /// <summary>Where an account is signed in.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>.</exception>
    public async Task<IReadOnlyList<Session>> SessionsAsync(string userId, PageRequest page, CancellationToken cancellationToken) =>
        await store.FindAsync(userId, cancellationToken) is { ErasedAt: null } account
            ? await store.ListSessionsAsync(userId, account.SessionEpoch, time.Now(), signIns.BeganAfter, page, cancellationToken)
            : throw AccountRefusals.NotFound();

    /// <summary>Signs an account out in one place.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>: it has no such session.</exception>
    public async Task EndSessionAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        var until = signIns.AccessTokensEnd;
        if (!await store.EndSessionAsync(userId, sessionId, until, cancellationToken))
            throw AccountRefusals.NoSession();
        revoked.Revoke(RevokedToken.OfSession(sessionId, until));
        UsersLog.SignedOut(log, sessionId);
    }

    /// <summary>What an access token says, if it is good.</summary>
    public async Task<VerificationView> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidIssuer = AccessTokens.Issuer,
                ValidAudience = AccessTokens.Audience,
                ValidTypes = [AccessTokens.Type],
                ConfigurationManager = keys,
                LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
            }
        );
        return
            result.IsValid
            && result.SecurityToken is JsonWebToken good
            && await store.FindAsync(good.Subject, cancellationToken) is { ErasedAt: null } account
            && good.TryGetPayloadValue<int>(AccessTokens.EpochClaim, out var epoch)
            && epoch == account.SessionEpoch
            && (
                !good.TryGetPayloadValue<string>(AccessTokens.SessionClaim, out var session)
                || await store.FindSessionAsync(session, cancellationToken) is not null
            )
            ? new VerificationView(true, good.Subject, good.GetClaim("role").Value, new DateTimeOffset(good.ValidTo))
            : new VerificationView(false, null, null, null);
    }

    private async Task<string?> EndAsync(string tokenHash, CancellationToken cancellationToken)
    {
        var until = signIns.AccessTokensEnd;
        var ended = await store.EndSessionAsync(tokenHash, until, cancellationToken);
        if (ended is not null)
            revoked.Revoke(RevokedToken.OfSession(ended, until));
        return ended;
    }
}
