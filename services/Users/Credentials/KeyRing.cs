using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Credentials;

/// <summary>
/// The keys access tokens are signed with, named by their thumbprint (RFC 7638). It signs with the key that was first at start. Keys that
/// are added are known as soon as a token of one comes: the next process to start signs with the new one, and this one knows it.
/// </summary>
internal sealed class KeyRing(IKeySource source, ILogger<KeyRing> log)
    : BaseConfigurationManager,
        IConfigurationManager<OpenIdConnectConfiguration>,
        IDisposable
{
    private const string DeviceType = "device+jwt";
    private const string DeviceAudience = "smartqueue-sign-in";

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SemaphoreSlim gate = new(1);
    private volatile Snapshot? current;
    private volatile bool unknown;

    /// <summary>The public halves as they are now (RFC 7517).</summary>
    public async Task<IReadOnlyList<PublicKeyView>> PublicKeysAsync(CancellationToken cancellationToken)
    {
        unknown = true;
        return [.. (await LatestAsync(cancellationToken)).Keys.Select(PublicHalf)];
    }

    /// <summary>An access token of an account.</summary>
    public Task<string> SignAsync(
        Account account,
        string sessionId,
        string tokenId,
        DateTimeOffset now,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    ) =>
        SignAsync(
            AccessTokens.Type,
            AccessTokens.Audience,
            new Dictionary<string, object>(
                account.BranchIds is null ? [] : [KeyValuePair.Create<string, object>(Caller.BranchClaim, account.BranchIds)]
            )
            {
                ["sub"] = account.Id,
                ["role"] = account.Role,
                ["jti"] = tokenId,
                [AccessTokens.EpochClaim] = account.SessionEpoch,
                [AccessTokens.SessionClaim] = sessionId,
            },
            now,
            expires,
            cancellationToken
        );

    /// <summary>A token that says that an account was signed in on a device. Type and audience keep it from passing for an access
    /// token.</summary>
    public Task<string> SignDeviceAsync(
        string accountId,
        string device,
        DateTimeOffset now,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    ) =>
        SignAsync(
            DeviceType,
            DeviceAudience,
            new Dictionary<string, object> { ["sub"] = accountId, ["jti"] = device },
            now,
            expires,
            cancellationToken
        );

    /// <summary>The account and the device of a token of <see cref="SignDeviceAsync"/>; <c>null</c> for anything else.</summary>
    public async Task<(string AccountId, string Device)?> ReadDeviceAsync(string token, DateTimeOffset now)
    {
        var result = await handler.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidIssuer = AccessTokens.Issuer,
                ValidAudience = DeviceAudience,
                ValidTypes = [DeviceType],
                ConfigurationManager = this,
                LifetimeValidator = (_, expires, _, _) => expires > now.UtcDateTime,
            }
        );
        return result.IsValid && result.SecurityToken is JsonWebToken good ? (good.Subject, good.Id) : null;
    }

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        (await LatestAsync(cancel)).Configuration;

    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        await GetConfigurationAsync(cancel);

    /// <summary>Told by those who check a token whose key they did not find; then they ask again.</summary>
    public override void RequestRefresh() => unknown = true;

    public void Dispose() => gate.Dispose();

    private async Task<string> SignAsync(
        string type,
        string audience,
        Dictionary<string, object> claims,
        DateTimeOffset now,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    ) =>
        handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = AccessTokens.Issuer,
                Audience = audience,
                TokenType = type,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = expires.UtcDateTime,
                Claims = claims,
                SigningCredentials = new SigningCredentials((await LatestAsync(cancellationToken)).Signing, SecurityAlgorithms.EcdsaSha256),
            }
        );

    private async Task<Snapshot> LatestAsync(CancellationToken cancellationToken)
    {
        if (current is { } known && !source.IsDue(unknown))
            return known;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (current is { } before && !source.IsDue(unknown))
                return before;
            current = await ReadAsync(current, cancellationToken);
            unknown = false;
            return current;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Snapshot> ReadAsync(Snapshot? before, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(cancellationToken) is { } keys ? Of(keys, before?.Signing) : before!;
        }
        catch (Exception e) when (before is not null && !cancellationToken.IsCancellationRequested)
        {
            // What was good stays good until the keys can be read again.
            UsersLog.KeysUnreadable(log, e);
            return before;
        }
    }

    private static Snapshot Of(IReadOnlyList<ECDsa> read, ECDsaSecurityKey? signing)
    {
        List<ECDsaSecurityKey> keys = [.. read.Select(Named)];
        // What this process signs with stays published, even where the others have left it behind.
        if (signing is not null && keys.All(k => k.KeyId != signing.KeyId))
            keys.Add(signing);
        var configuration = new OpenIdConnectConfiguration { Issuer = AccessTokens.Issuer };
        foreach (var key in keys)
            configuration.SigningKeys.Add(key);
        return new Snapshot(keys, signing ?? keys[0], configuration);
    }

    private static ECDsaSecurityKey Named(ECDsa key)
    {
        var named = new ECDsaSecurityKey(key);
        named.KeyId = Base64UrlEncoder.Encode(named.ComputeJwkThumbprint());
        return named;
    }

    private static PublicKeyView PublicHalf(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new PublicKeyView(
            "EC",
            "sig",
            "ES256",
            key.KeyId,
            "P-256",
            Base64UrlEncoder.Encode(point.X),
            Base64UrlEncoder.Encode(point.Y)
        );
    }

    private sealed record Snapshot(
        IReadOnlyList<ECDsaSecurityKey> Keys,
        ECDsaSecurityKey Signing,
        OpenIdConnectConfiguration Configuration
    );
}
