using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Settings;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Credentials;

/// <summary>
/// The keys access tokens are signed with, named by their thumbprint (RFC 7638). It signs with the key that was first at start. When
/// the file changes, the keys in it are published at once: the next process to start signs with the new one, and this one knows it.
/// </summary>
internal sealed class KeyRing : IConfigurationManager<OpenIdConnectConfiguration>
{
    private const string DeviceType = "device+jwt";
    private const string DeviceAudience = "smartqueue-sign-in";

    private readonly string path;
    private readonly ECDsaSecurityKey signing;
    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Lock gate = new();
    private volatile Snapshot current;

    public KeyRing(UsersOptions options)
    {
        path = options.SigningKeyFile;
        current = Read(path, null);
        signing = current.Keys[0];
    }

    /// <summary>Where a file that has become unreadable is told of.</summary>
    public ILogger? Log { get; set; }

    /// <summary>The keys for those who verify in this process.</summary>
    public OpenIdConnectConfiguration Published => Latest().Configuration;

    /// <summary>The public halves (RFC 7517).</summary>
    public IReadOnlyList<PublicKeyView> PublicKeys => [.. Latest().Keys.Select(PublicHalf)];

    /// <summary>An access token of an account.</summary>
    public string Sign(Account account, string sessionId, string tokenId, DateTimeOffset now, DateTimeOffset expires) =>
        Sign(
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
            expires
        );

    /// <summary>A token that says that an account was signed in on a device. Type and audience keep it from passing for an access
    /// token.</summary>
    public string SignDevice(string accountId, string device, DateTimeOffset now, DateTimeOffset expires) =>
        Sign(DeviceType, DeviceAudience, new Dictionary<string, object> { ["sub"] = accountId, ["jti"] = device }, now, expires);

    /// <summary>The account and the device of a token of <see cref="SignDevice"/>; <c>null</c> for anything else.</summary>
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
                IssuerSigningKeys = Published.SigningKeys,
                LifetimeValidator = (_, expires, _, _) => expires > now.UtcDateTime,
            }
        );
        return result.IsValid && result.SecurityToken is JsonWebToken good ? (good.Subject, good.Id) : null;
    }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => Task.FromResult(Published);

    /// <summary>Nothing to do: every question looks at the file.</summary>
    public void RequestRefresh() { }

    private string Sign(string type, string audience, Dictionary<string, object> claims, DateTimeOffset now, DateTimeOffset expires) =>
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
                SigningCredentials = new SigningCredentials(signing, SecurityAlgorithms.EcdsaSha256),
            }
        );

    private Snapshot Latest()
    {
        // One look at the file's times; it is read only when they have changed.
        if (File.GetLastWriteTimeUtc(path) == current.WrittenAt)
            return current;
        lock (gate)
        {
            var writtenAt = File.GetLastWriteTimeUtc(path);
            if (writtenAt == current.WrittenAt)
                return current;
            try
            {
                // Not Load's way of making an absent file: a key nobody else has would be published.
                current = File.Exists(path) ? Read(path, signing) : current with { WrittenAt = writtenAt };
            }
            catch (StartupException e)
            {
                // What was good stays good until the file is mended.
                if (Log is not null)
                    UsersLog.KeysUnreadable(Log, e);
                current = current with { WrittenAt = writtenAt };
            }

            return current;
        }
    }

    private static Snapshot Read(string path, ECDsaSecurityKey? signing)
    {
        // The time first: a change in between is then seen at the next look. The file may be made by the reading.
        var writtenAt = File.GetLastWriteTimeUtc(path);
        List<ECDsaSecurityKey> keys = [.. SigningKeyFile.Load(path).Select(Named)];
        // What this process signs with stays published, even where the file has left it behind.
        if (signing is not null && keys.All(k => k.KeyId != signing.KeyId))
            keys.Add(signing);
        var configuration = new OpenIdConnectConfiguration { Issuer = AccessTokens.Issuer };
        foreach (var key in keys)
            configuration.SigningKeys.Add(key);
        return new Snapshot(writtenAt, keys, configuration);
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

    private sealed record Snapshot(DateTime WrittenAt, IReadOnlyList<ECDsaSecurityKey> Keys, OpenIdConnectConfiguration Configuration);
}
