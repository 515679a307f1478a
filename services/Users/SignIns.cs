using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Http;

namespace SmartQueue.Users;

/// <summary>Makes sessions and the tokens of them.</summary>
internal sealed class SignIns(KeyRing keys, DeviceTokens devices, UsersOptions options, TimeProvider time)
{
    // For clocks that differ.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Sessions that began before are over for good, UTC.</summary>
    public DateTimeOffset BeganAfter => time.Now() - options.SessionMaxAge;

    /// <summary>When every access token of now has ended by itself, UTC.</summary>
    public DateTimeOffset AccessTokensEnd => time.Now() + options.AccessTokenLifetime + Margin;

    /// <summary>When a refresh token of now ends, UTC.</summary>
    public DateTimeOffset RefreshTokenEnds => time.Now() + options.RefreshTokenLifetime;

    /// <summary>A session that begins now, and what its holder gets.</summary>
    /// <param name="account">The account.</param>
    /// <param name="client">With what.</param>
    /// <param name="device">The device it has signed in on before, if it has.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<(SignInView View, Session Session)> BeginAsync(
        Account account,
        ClientProgram client,
        string? device,
        CancellationToken cancellationToken
    )
    {
        var now = time.Now();
        var token = RefreshTokens.New();
        var session = new Session(time.NewId(), account.Id, account.SessionEpoch, RefreshTokens.HashOf(token), RefreshTokenEnds)
        {
            CreatedAt = now,
            UsedAt = now,
            Browser = client.Browser,
            System = client.System,
        };
        var view = await RenewAsync(account, session.Id, token, cancellationToken);
        return (view with { DeviceToken = await devices.IssueAsync(account.Id, device, cancellationToken) }, session);
    }

    /// <summary>What the holder of a session gets when it goes on.</summary>
    public async Task<SignInView> RenewAsync(Account account, string sessionId, string refreshToken, CancellationToken cancellationToken) =>
        new(
            UserView.Of(account),
            await keys.SignAsync(account, sessionId, time.NewId(), time.Now(), time.Now() + options.AccessTokenLifetime, cancellationToken),
            refreshToken,
            (int)options.AccessTokenLifetime.TotalSeconds
        );

    /// <summary>The access tokens of an account from before its present epoch.</summary>
    public RevokedToken Ended(Account account) =>
        new(
            RevokedTokens.SubjectOf(account.Id),
            account.SessionEpoch,
            (account.SessionsEndedAt ?? time.GetUtcNow()) + options.AccessTokenLifetime + Margin
        );

    /// <summary>Accounts whose sessions ended earlier have no access token left, UTC.</summary>
    public DateTimeOffset EndedSince => time.GetUtcNow() - options.AccessTokenLifetime - Margin;
}
