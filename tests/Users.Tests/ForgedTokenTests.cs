using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Auth;
using SmartQueue.Users.Credentials;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary>Tokens nobody was given.</summary>
public sealed class ForgedTokenTests : IAsyncLifetime
{
    private AccountsHost host = null!;
    private string good = null!;

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync();
        good = (await host.RegisterAsync("ann@example.org")).GetProperty("accessToken").GetString()!;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("garbage")]
    [InlineData("no parts")]
    [InlineData("cut short")]
    [InlineData("other key")]
    [InlineData("other key, our kid")]
    [InlineData("alg none")]
    [InlineData("alg none, role raised")]
    [InlineData("hmac with the public key")]
    [InlineData("role raised")]
    [InlineData("no signature")]
    [InlineData("other issuer")]
    [InlineData("other audience")]
    [InlineData("other type")]
    [InlineData("no expiry")]
    public async Task A_forged_token_is_refused_and_not_valid(string kind)
    {
        var token = await ForgeAsync(kind);
        await RefusalAsync(await SendAsync(host.Host.WithToken(token), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        var verified = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/users/verify", new { token }));
        Assert.False(verified.GetProperty("valid").GetBoolean());
        Assert.Equal(JsonValueKind.Null, verified.GetProperty("userId").ValueKind);
    }

    [Fact]
    public async Task The_token_the_forgeries_begin_with_is_good() =>
        await AnswerAsync(await SendAsync(host.Host.WithToken(good), HttpMethod.Get, "/api/users/me"));

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        host.Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(11));
        await RefusalAsync(await SendAsync(host.Host.WithToken(good), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task No_token_is_refused() =>
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");

    private async Task<string> ForgeAsync(string kind)
    {
        var real = new JsonWebToken(good);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ours = SigningKeyPem.Read((await host.Store.FindSigningKeysAsync(Token))!.Pem)[0];
        var parts = good.Split('.');
        return kind switch
        {
            "garbage" => "a.b.c",
            "no parts" => "nonsense",
            "cut short" => good[..^10],
            "other key" => Make(stranger, "stranger"),
            "other key, our kid" => Make(stranger, real.Kid),
            "alg none" => $"{Encode(new { alg = "none", typ = "at+jwt" })}.{parts[1]}.",
            "hmac with the public key" => Hmac(ours, real.Kid, parts[1]),
            "alg none, role raised" => $"{Encode(new { alg = "none", typ = "at+jwt" })}.{Raised(parts[1])}.{parts[2]}",
            "role raised" => $"{parts[0]}.{Raised(parts[1])}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "other issuer" => Make(ours, real.Kid, issuer: "elsewhere"),
            "other audience" => Make(ours, real.Kid, audience: "elsewhere"),
            "other type" => Make(ours, real.Kid, type: "JWT"),
            "no expiry" => Make(ours, real.Kid, expires: false),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private string Make(
        ECDsa key,
        string kid,
        string issuer = AccessTokens.Issuer,
        string audience = AccessTokens.Audience,
        string type = AccessTokens.Type,
        bool expires = true
    ) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                TokenType = type,
                IssuedAt = host.Time.GetUtcNow().UtcDateTime,
                Expires = expires ? host.Time.GetUtcNow().AddMinutes(5).UtcDateTime : null,
                Claims = new Dictionary<string, object> { ["sub"] = new JsonWebToken(good).Subject, ["role"] = "admin" },
                SigningCredentials = new SigningCredentials(
                    new ECDsaSecurityKey(key)
                    {
                        KeyId = kid,
                        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
                    },
                    SecurityAlgorithms.EcdsaSha256
                ),
            }
        );

    private static string Hmac(ECDsa key, string kid, string payload)
    {
        var head = $"{Encode(new { alg = "HS256", typ = "at+jwt", kid })}.{payload}";
        return $"{head}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(head)))}";
    }

    private static string Raised(string payload) =>
        Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(payload).Replace("\"user\"", "\"admin\"", StringComparison.Ordinal));

    private static string Encode(object header) => Base64UrlEncoder.Encode(JsonSerializer.Serialize(header));
}
