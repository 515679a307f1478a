using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;
using SmartQueue.Users.Credentials;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

public sealed class TokenTests
{
    [Fact]
    public async Task A_token_says_who_in_which_role_and_for_how_long_and_nothing_personal()
    {
        await using var host = await StartAsync();
        var ann = await host.RegisterAsync();
        var token = new JsonWebToken(Access(ann));
        Assert.Equal(("at+jwt", "ES256", Id(ann), "user"), (token.Typ, token.Alg, token.Subject, token.GetClaim("role").Value));
        Assert.Equal(("smartqueue", "smartqueue"), (token.Issuer, token.Audiences.Single()));
        Assert.Equal((Some.Noon.UtcDateTime, Some.Noon.AddMinutes(15).UtcDateTime), (token.IssuedAt, token.ValidTo));
        Assert.Equal(["aud", "epoch", "exp", "iat", "iss", "jti", "nbf", "role", "sid", "sub"], token.Claims.Select(c => c.Type).Order());
        Assert.NotEmpty(token.Id);
        Assert.NotEqual(token.Id, new JsonWebToken(Access(await host.SignInAsync("ann@example.org"))).Id);
        var keys = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/.well-known/jwks.json"));
        var key = keys.GetProperty("keys").EnumerateArray().Single();
        Assert.Equal(token.Kid, Text(key, "kid"));
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public async Task The_published_keys_are_read_and_used_by_others()
    {
        await using var host = await StartAsync();
        using var client = host.Guest;
        var read = await OpenIdConnectConfigurationRetriever.GetAsync(
            "http://localhost/.well-known/openid-configuration",
            new HttpDocumentRetriever(client) { RequireHttps = false },
            Token
        );
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(
            Access(await host.RegisterAsync()),
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
    public async Task After_a_rotation_old_tokens_stay_good_and_new_ones_have_the_new_key()
    {
        using var folder = new TemporaryFolder();
        string old;
        await using (var host = await StartAsync(folder))
            old = Access(await host.SignInAsync(AdminEmail, AdminPassword));
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("SMARTQUEUE_DATA", folder.Path)]).Build();
        var module = new UsersModule();
        var context = new ModuleContext(new SettingsReader(settings), [module], [module.Name]);
        Assert.Equal($"file {Path.Combine(folder.Path, "users.db")}", await SigningKeyRotation.RunAsync(context, Token));
        await using var again = await StartAsync(folder);
        await AnswerAsync(await SendAsync(again.Host.WithToken(old), HttpMethod.Get, "/api/users/me"));
        var next = Access(await again.SignInAsync(AdminEmail, AdminPassword));
        await AnswerAsync(await SendAsync(again.Host.WithToken(next), HttpMethod.Get, "/api/users/me"));
        Assert.NotEqual(new JsonWebToken(old).Kid, new JsonWebToken(next).Kid);
        Assert.Equal(2, (await again.Store.FindSigningKeysAsync(Token))!.Version);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, "users.db")));
    }

    [Fact]
    public void A_file_that_is_no_private_key_of_the_curve_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "key.pem");
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var rsa = RSA.Create(2048);
        string[] wrong =
        [
            "",
            "nonsense",
            p384.ExportPkcs8PrivateKeyPem(),
            other.ExportPkcs8PrivateKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(),
            p256.ExportSubjectPublicKeyInfoPem(),
        ];
        foreach (var text in wrong)
        {
            File.WriteAllText(path, text, Encoding.ASCII);
            Assert.Contains(path, Assert.Throws<StartupException>(() => SigningKeyFile.Load(path)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<StartupException>(() => SigningKeyFile.Load(folder.Path));
        File.WriteAllText(path, p256.ExportECPrivateKeyPem(), Encoding.ASCII);
        Assert.Single(SigningKeyFile.Load(path));
    }

    [Fact]
    public void A_hash_costs_2_to_the_12_rounds()
    {
        using var folder = new TemporaryFolder();
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("SMARTQUEUE_DATA", folder.Path)]).Build();
        var module = new UsersModule();
        Assert.Equal(12, UsersOptions.From(new ModuleContext(new SettingsReader(settings), [module], [module.Name])).PasswordWorkFactor);
    }

    [Fact]
    public async Task Without_an_account_a_password_is_checked_at_the_same_cost()
    {
        // The ratio, not the time: a busy machine is slow at both.
        using var passwords = new Passwords(
            new UsersOptions
            {
                AccessTokenLifetime = TimeSpan.FromMinutes(1),
                RefreshTokenLifetime = TimeSpan.FromDays(1),
                PasswordWorkFactor = 10,
            }
        );
        var hash = await passwords.HashAsync(Password, Token);
        Assert.StartsWith("$2a$10$", hash, StringComparison.Ordinal);
        Assert.False(await passwords.VerifyAsync(Password, null, Token));
        Assert.False(await passwords.VerifyAsync("nobody has this password", null, Token));
        Assert.True(await passwords.VerifyAsync(Password, hash, Token));
        Assert.False(await passwords.VerifyAsync("wrong", hash, Token));
        var known = await FastestAsync(() => passwords.VerifyAsync("wrong", hash, Token));
        var unknown = await FastestAsync(() => passwords.VerifyAsync("wrong", null, Token));
        Assert.InRange(unknown / known, 0.3, 3);
    }

    private static async Task<double> FastestAsync(Func<Task> work)
    {
        var fastest = TimeSpan.MaxValue;
        for (var n = 0; n < 5; n++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            await work();
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            if (took < fastest)
                fastest = took;
        }

        return fastest.TotalMilliseconds;
    }
}
