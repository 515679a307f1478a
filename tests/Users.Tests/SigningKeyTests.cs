using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;
using SmartQueue.Users.Credentials;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

public sealed class SigningKeyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string KeyFile => Path.Combine(folder.Path, "jwt-signing-key.pem");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_keys_are_published_as_others_read_them()
    {
        await using var host = await StartAsync(folder);
        using var client = host.Guest;
        var discovery = await SendAsync(client, HttpMethod.Get, "/.well-known/openid-configuration");
        Assert.Equal(TimeSpan.FromMinutes(5), discovery.Headers.CacheControl?.MaxAge);
        Assert.Equal("http://localhost:4000/.well-known/jwks.json", (await AnswerAsync(discovery)).GetProperty("jwks_uri").GetString());
        var jwks = await SendAsync(client, HttpMethod.Get, "/.well-known/jwks.json");
        Assert.Equal(TimeSpan.FromMinutes(5), jwks.Headers.CacheControl?.MaxAge);
        var key = Assert.Single((await AnswerAsync(jwks)).GetProperty("keys").EnumerateArray());
        Assert.Equal(["kty", "use", "alg", "kid", "crv", "x", "y"], key.EnumerateObject().Select(p => p.Name));

        var read = await OpenIdConnectConfigurationRetriever.GetAsync(
            "http://localhost/.well-known/openid-configuration",
            new HttpDocumentRetriever(client) { RequireHttps = false },
            Token
        );
        var token = (await host.RegisterAsync("ann@example.org")).GetProperty("accessToken").GetString();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = read.Issuer,
                ValidAudience = "smartqueue",
                IssuerSigningKeys = read.SigningKeys,
                ValidateLifetime = false,
            }
        );
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task A_key_is_named_by_its_thumbprint()
    {
        await using var host = await StartAsync(folder);
        var key = (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/.well-known/jwks.json"))).GetProperty("keys")[0];
        // RFC 7638: the required members in order, hashed.
        var canonical =
            $$"""{"crv":"P-256","kty":"EC","x":"{{key.GetProperty("x").GetString()}}","y":"{{key.GetProperty("y").GetString()}}"}""";
        Assert.Equal(
            Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(canonical))),
            key.GetProperty("kid").GetString()
        );
    }

    [Fact]
    public async Task After_a_rotation_and_a_restart_the_new_key_signs_and_older_tokens_stay_good()
    {
        string token;
        await using (var before = await StartAsync(folder))
        {
            token = (await before.RegisterAsync("ann@example.org")).GetProperty("accessToken").GetString()!;
        }

        SigningKeyFile.Rotate(KeyFile);
        await using var after = await StartAsync(folder);
        await AnswerAsync(await SendAsync(after.Host.WithToken(token), HttpMethod.Get, "/api/users/me"));
        var next = (await AnswerAsync(await after.LoginAsync("ann@example.org", Password))).GetProperty("accessToken").GetString()!;
        await AnswerAsync(await SendAsync(after.Host.WithToken(next), HttpMethod.Get, "/api/users/me"));
        Assert.NotEqual(new JsonWebToken(token).Kid, new JsonWebToken(next).Kid);
        Assert.Equal([new JsonWebToken(next).Kid, new JsonWebToken(token).Kid], await PublishedAsync(after));
    }

    [Fact]
    public async Task A_process_that_runs_on_publishes_a_rotated_key_and_knows_its_tokens()
    {
        await using var host = await StartAsync(folder);
        var ann = await host.RegisterAsync("ann@example.org");
        var kid = new JsonWebToken(ann.GetProperty("accessToken").GetString()).Kid;
        SigningKeyFile.Rotate(KeyFile);
        // Another process, started since.
        var other = new KeyRing(host.Host.Services.GetRequiredService<UsersOptions>());
        var account = (await host.Store.FindAsync(Id(ann), Token))!;
        var token = other.Sign(account, "session", "id", host.Time.GetUtcNow(), host.Time.GetUtcNow().AddMinutes(1));
        Assert.NotEqual(kid, new JsonWebToken(token).Kid);
        await AnswerAsync(await SendAsync(host.Host.WithToken(token), HttpMethod.Get, "/api/users/me"));
        Assert.Equal([new JsonWebToken(token).Kid, kid], await PublishedAsync(host));
        var own = (await AnswerAsync(await host.LoginAsync("ann@example.org", Password))).GetProperty("accessToken").GetString();
        Assert.Equal(kid, new JsonWebToken(own).Kid);
    }

    [Fact]
    public async Task A_file_that_becomes_unreadable_or_goes_away_changes_nothing_for_a_process_that_runs()
    {
        await using var host = await StartAsync(folder);
        var ann = await host.RegisterAsync("ann@example.org");
        await File.WriteAllTextAsync(KeyFile, "nonsense", Token);
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"));
        File.Delete(KeyFile);
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public void Three_keys_are_kept_and_only_the_owner_reads_them()
    {
        var first = Points(SigningKeyFile.Load(KeyFile));
        for (var n = 0; n < 3; n++)
            SigningKeyFile.Rotate(KeyFile);
        var keys = Points(SigningKeyFile.Load(KeyFile));
        Assert.Equal(3, keys.Distinct().Count());
        Assert.DoesNotContain(first[0], keys);
        SigningKeyFile.Rotate(KeyFile);
        Assert.Equal(keys[..2], Points(SigningKeyFile.Load(KeyFile))[1..]);
        Assert.Equal([KeyFile], Directory.GetFiles(folder.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task Processes_that_start_at_once_share_the_key_of_the_first()
    {
        for (var round = 0; round < 20; round++)
        {
            var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Points(SigningKeyFile.Load(KeyFile)), Token)));
            Assert.Single(keys.Select(k => Assert.Single(k)).Distinct());
            Assert.Equal([KeyFile], Directory.GetFiles(folder.Path));
            File.Delete(KeyFile);
        }
    }

    [Fact]
    public void A_key_as_openssl_writes_it_is_read()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(
            KeyFile,
            $"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{key.ExportECPrivateKeyPem()}\n"
        );
        Assert.Single(SigningKeyFile.Load(KeyFile));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("nonsense")]
    [InlineData("P-384")]
    [InlineData("other curve of the same size")]
    [InlineData("RSA")]
    [InlineData("public")]
    [InlineData("encrypted")]
    [InlineData("folder")]
    public void A_wrong_file_stops_the_start_with_one_sentence(string kind)
    {
        using var good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        if (kind == "folder")
            Directory.CreateDirectory(KeyFile);
        else
            File.WriteAllText(
                KeyFile,
                kind switch
                {
                    "nonsense" => "not a key",
                    "P-384" => Pem(ECCurve.NamedCurves.nistP384),
                    "other curve of the same size" => Pem(ECCurve.NamedCurves.brainpoolP256r1),
                    "RSA" => rsa.ExportPkcs8PrivateKeyPem(),
                    "public" => good.ExportSubjectPublicKeyInfoPem(),
                    "encrypted" => good.ExportEncryptedPkcs8PrivateKeyPem(
                        "x",
                        new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)
                    ),
                    _ => "",
                }
            );
        var refused = Assert.Throws<StartupException>(() => SigningKeyFile.Load(KeyFile));
        Assert.Contains(KeyFile, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    private static string Pem(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string[] Points(IEnumerable<ECDsa> keys) => [.. keys.Select(k => Convert.ToHexString(k.ExportSubjectPublicKeyInfo()))];

    private static async Task<IEnumerable<string?>> PublishedAsync(AccountsHost host) =>
        (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/.well-known/jwks.json"), HttpStatusCode.OK))
            .GetProperty("keys")
            .EnumerateArray()
            .Select(k => k.GetProperty("kid").GetString())
            .ToList();
}
