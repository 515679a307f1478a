using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Testing;

/// <summary>Access tokens signed with a key of the tests, for services tested without the user service.</summary>
public static class TestTokens
{
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "tests" };

    /// <summary>The published half.</summary>
    public static IConfigurationManager<OpenIdConnectConfiguration> Keys { get; } = Published();

    /// <summary>A token of a user in a role.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="now">When it is issued, UTC.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="branchIds">The branches it is bound to; <c>null</c> for all.</param>
    public static string For(
        string userId,
        string role,
        DateTimeOffset now,
        TimeSpan? lifetime = null,
        IReadOnlyList<string>? branchIds = null
    ) =>
        new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = AccessTokens.Issuer,
                Audience = AccessTokens.Audience,
                TokenType = AccessTokens.Type,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = (now + (lifetime ?? TimeSpan.FromDays(3650))).UtcDateTime,
                Claims = new Dictionary<string, object>(
                    branchIds is null ? [] : [KeyValuePair.Create<string, object>(Caller.BranchClaim, branchIds)]
                )
                {
                    ["sub"] = userId,
                    ["role"] = role,
                },
                SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
            }
        );

    private static StaticConfigurationManager<OpenIdConnectConfiguration> Published()
    {
        var configuration = new OpenIdConnectConfiguration { Issuer = AccessTokens.Issuer };
        configuration.SigningKeys.Add(Key);
        return new(configuration);
    }
}
