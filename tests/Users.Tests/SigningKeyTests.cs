using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
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

    private string KeyFile => Path.Combine(folder.Path, "keys.pem");

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_rotation_and_a_restart_the_new_key_signs_and_older_tokens_stay_good(bool file)
    {
        string token;
        await using (var before = await StartAsync(folder, SettingsFor(file)))
        {
            token = (await before.RegisterAsync("ann@example.org")).GetProperty("accessToken").GetString()!;
            await RotateAsync(before);
        }

        await using var after = await StartAsync(folder, SettingsFor(file));
        await AnswerAsync(await SendAsync(after.Host.WithToken(token), HttpMethod.Get, "/api/users/me"));
        var next = (await AnswerAsync(await after.LoginAsync("ann@example.org", Password))).GetProperty("accessToken").GetString()!;
        await AnswerAsync(await SendAsync(after.Host.WithToken(next), HttpMethod.Get, "/api/users/me"));
        Assert.NotEqual(new JsonWebToken(token).Kid, new JsonWebToken(next).Kid);
        Assert.Equal([new JsonWebToken(next).Kid, new JsonWebToken(token).Kid], await PublishedAsync(after));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_that_runs_on_publishes_a_rotated_key_and_knows_its_tokens(bool file)
    {
        await using var host = await StartAsync(folder, SettingsFor(file));
        var ann = await host.RegisterAsync("ann@example.org");
        var kid = new JsonWebToken(ann.GetProperty("accessToken").GetString()).Kid;
        await RotateAsync(host);
        // Another process, started since.
        using var other = Ring(host, file);
        var account = (await host.Store.FindAsync(Id(ann), Token))!;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var (now, ends) = (host.Time.GetUtcNow(), host.Time.GetUtcNow().AddMinutes(1));
        var token = await other.SignAsync(account, "session", "id", now, ends, Token);
        Assert.NotEqual(kid, new JsonWebToken(token).Kid);
        await AnswerAsync(await SendAsync(host.Host.WithToken(token), HttpMethod.Get, "/api/users/me"));
        Assert.Equal([new JsonWebToken(token).Kid, kid], await PublishedAsync(host));
        var own = (await AnswerAsync(await host.LoginAsync("ann@example.org", Password))).GetProperty("accessToken").GetString();
        Assert.Equal(kid, new JsonWebToken(own).Kid);
    }

    [Fact]
    public async Task A_file_that_becomes_unreadable_or_goes_away_changes_nothing_for_a_process_that_runs()
    {
        await using var host = await StartAsync(folder, SettingsFor(file: true));
        var ann = await host.RegisterAsync("ann@example.org");
        await File.WriteAllTextAsync(KeyFile, "nonsense", Token);
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"));
        File.Delete(KeyFile);
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task Processes_on_one_store_know_each_others_tokens()
    {
        await using var host = await StartAsync(folder);
        Assert.False(File.Exists(Path.Combine(folder.Path, "jwt-signing-key.pem")));
        var ann = await host.RegisterAsync("ann@example.org");
        // Each with a data folder of its own, and nothing in it.
        using var other = Ring(host, file: false);
        var account = (await host.Store.FindAsync(Id(ann), Token))!;
        var (now, ends) = (host.Time.GetUtcNow(), host.Time.GetUtcNow().AddMinutes(1));
        var token = await other.SignAsync(account, "session", "id", now, ends, Token);
        await AnswerAsync(await SendAsync(host.Host.WithToken(token), HttpMethod.Get, "/api/users/me"));
        Assert.Single(await PublishedAsync(host));
    }

    [Fact]
    public async Task The_key_file_of_an_installation_from_before_goes_on_signing_and_is_read_no_more()
    {
        var former = Path.Combine(folder.Path, "jwt-signing-key.pem");
        var keys = Points(SigningKeyFile.Load(former));
        await using (var first = await StartAsync(folder))
        {
            Assert.Equal(keys, Points(SigningKeyPem.Read((await first.Store.FindSigningKeysAsync(Token))!.Pem)));
        }

        await File.WriteAllTextAsync(former, "nonsense", Token);
        await using var second = await StartAsync(folder);
        Assert.Single(await PublishedAsync(second));
    }

    [Fact]
    public async Task A_key_file_from_before_that_cannot_be_taken_over_stops_the_start()
    {
        var former = Path.Combine(folder.Path, "jwt-signing-key.pem");
        await File.WriteAllTextAsync(former, "nonsense", Token);
        var refused = await Assert.ThrowsAsync<StartupException>(() => StartAsync(folder));
        Assert.Contains(former, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_the_setting_names_wins_over_the_store()
    {
        await using (var stored = await StartAsync(folder))
        {
            Assert.Single(await PublishedAsync(stored));
        }

        await using var host = await StartAsync(folder, SettingsFor(file: true));
        var ann = await host.RegisterAsync("ann@example.org");
        using var named = Ring(host, file: true);
        Assert.Equal(
            new JsonWebToken(ann.GetProperty("accessToken").GetString()).Kid,
            Assert.Single(await named.PublicKeysAsync(Token)).Kid
        );
    }

    [Fact]
    public async Task Unknown_keys_cost_the_store_one_question_a_second()
    {
        await using var host = await StartAsync(folder);
        var ann = await host.RegisterAsync("ann@example.org");
        await RotateAsync(host);
        using var other = Ring(host, file: false);
        var account = (await host.Store.FindAsync(Id(ann), Token))!;
        var (now, ends) = (host.Time.GetUtcNow(), host.Time.GetUtcNow().AddMinutes(1));
        var token = await other.SignAsync(account, "session", "id", now, ends, Token);
        // It has read the keys in this second already.
        await RefusalAsync(await SendAsync(host.Host.WithToken(token), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await AnswerAsync(await SendAsync(host.Host.WithToken(token), HttpMethod.Get, "/api/users/me"));
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

    private Dictionary<string, string?> SettingsFor(bool file) =>
        new()
        {
            ["ADMIN_EMAIL"] = AdminEmail,
            ["ADMIN_PASSWORD"] = AdminPassword,
            ["JWT_SIGNING_KEY"] = file ? KeyFile : null,
        };

    private static KeyRing Ring(AccountsHost host, bool file) =>
        new(
            file ? new FileKeys(host.Host.Services.GetRequiredService<UsersOptions>().SigningKeyFile!) : Stored(host),
            NullLogger<KeyRing>.Instance
        );

    private static StoredKeys Stored(AccountsHost host) =>
        new(
            host.Store,
            host.Host.Services.GetRequiredService<UsersOptions>() with
            {
                FormerKeyFile = "",
            },
            host.Time,
            NullLogger<StoredKeys>.Instance
        );

    private static async Task RotateAsync(AccountsHost host)
    {
        if (host.Host.Services.GetRequiredService<UsersOptions>().SigningKeyFile is { } file)
            SigningKeyFile.Rotate(file);
        else
            await Stored(host).RotateAsync(Token);
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
