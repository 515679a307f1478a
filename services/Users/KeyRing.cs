using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Users;

/// <summary>The keys access tokens are signed with, named by their thumbprint (RFC 7638).</summary>
internal sealed class KeyRing
{
    private readonly IReadOnlyList<ECDsaSecurityKey> keys;
    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    public KeyRing(UsersOptions options)
    {
        keys = [.. SigningKeyFile.Load(options.SigningKeyFile).Select(Named)];
        Published = new OpenIdConnectConfiguration { Issuer = AccessTokens.Issuer };
        foreach (var key in keys) Published.SigningKeys.Add(key);
        PublicKeys = [.. keys.Select(PublicHalf)];
    }

    /// <summary>The keys for those who verify in this process.</summary>
    public OpenIdConnectConfiguration Published { get; }

    /// <summary>The public halves (RFC 7517).</summary>
    public IReadOnlyList<PublicKeyView> PublicKeys { get; }

    /// <summary>An access token of an account.</summary>
    public string Sign(Account account, string tokenId, DateTimeOffset now, DateTimeOffset expires) => handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = AccessTokens.Issuer,
        Audience = AccessTokens.Audience,
        TokenType = AccessTokens.Type,
        IssuedAt = now.UtcDateTime,
        NotBefore = now.UtcDateTime,
        Expires = expires.UtcDateTime,
        Claims = new Dictionary<string, object> { ["sub"] = account.Id, ["role"] = account.Role, ["jti"] = tokenId },
        SigningCredentials = new SigningCredentials(keys[0], SecurityAlgorithms.EcdsaSha256),
    });

    private static ECDsaSecurityKey Named(ECDsa key)
    {
        var named = new ECDsaSecurityKey(key);
        named.KeyId = Base64UrlEncoder.Encode(named.ComputeJwkThumbprint());
        return named;
    }

    private static PublicKeyView PublicHalf(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new PublicKeyView("EC", "sig", "ES256", key.KeyId, "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
    }
}
