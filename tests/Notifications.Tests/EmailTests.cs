using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class EmailTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_arrives_with_its_language_and_a_key_of_event_and_channel()
    {
        await using var server = new SmtpReceiver();
        await using var sender = Sender(server.Url, "Registro <registro@example.org>");
        var notification = Samples.Pending() with { Subject = "Es su turno, señora", Message = "Número A-42\n.punto <b>", Language = "es" };
        await sender.SendAsync(notification, Token);
        var message = Parse(Assert.Single(server.Messages));
        Assert.Equal(("registro@example.org", "Registro"), (message.From.Mailboxes.Single().Address, message.From.Mailboxes.Single().Name));
        Assert.Equal("ann@example.org", message.To.Mailboxes.Single().Address);
        Assert.Equal("Es su turno, señora", message.Subject);
        Assert.Equal("Número A-42\n.punto <b>", message.TextBody!.ReplaceLineEndings("\n").Trim());
        Assert.Contains(".punto &lt;b&gt;", message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal($"{notification.EventId}.email@example.org", message.MessageId);
        Assert.Equal(("es", "auto-generated"), (message.Body!.Headers["Content-Language"], message.Headers["Auto-Submitted"]));
    }

    [Fact]
    public async Task Arabic_is_written_from_right_to_left()
    {
        await using var server = new SmtpReceiver();
        await using var sender = Sender(server.Url);
        await sender.SendAsync(Samples.Pending() with { Subject = "حان دورك", Language = "ar" }, Token);
        var message = Parse(Assert.Single(server.Messages));
        Assert.Equal("حان دورك", message.Subject);
        Assert.Contains("lang=\"ar\" dir=\"rtl\"", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_connection_carries_many_messages()
    {
        await using var server = new SmtpReceiver();
        await using var sender = Sender(server.Url);
        for (var i = 0; i < 10; i++)
            await sender.SendAsync(Samples.Pending(), Token);
        Assert.Equal((10, 1), (server.Messages.Count, server.Connections));
    }

    [Theory]
    [InlineData("550 no such person ann@example.org", "Refused")]
    [InlineData("451 try later ann@example.org", "NotTaken")]
    [InlineData(null, "Unknown")]
    public async Task A_refusal_is_understood_and_names_nobody(string? answer, string fault)
    {
        await using var server = new SmtpReceiver();
        await using var sender = Sender(server.Url);
        server.Recipients.Enqueue(answer);
        var error = await Assert.ThrowsAsync<DeliveryException>(() => sender.SendAsync(Samples.Pending(), Token));
        Assert.Equal(fault, error.Fault.ToString());
        Assert.DoesNotContain("ann", error.Message, StringComparison.Ordinal);
        await sender.SendAsync(Samples.Pending(), Token);
        Assert.Single(server.Messages);
        Assert.Equal(answer is null ? 2 : 1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_is_away_is_reported_as_such()
    {
        await using var sender = Sender($"smtp://127.0.0.1:{FreePort()}");
        Assert.Equal(
            DeliveryFault.NotTaken,
            (await Assert.ThrowsAsync<DeliveryException>(() => sender.SendAsync(Samples.Pending(), Token))).Fault
        );
    }

    [Fact]
    public async Task A_called_ticket_becomes_an_email_once_also_when_the_server_was_busy()
    {
        await using var server = new SmtpReceiver();
        server.Recipients.Enqueue("451 busy");
        await using var host = await ServiceHost.StartAsync(
            [new NotificationsModule()],
            settings: new Dictionary<string, string?> { ["SMTP_URL"] = server.Url },
            configure: s =>
                s.AddSingleton(new DeliveryOptions { FirstDelay = TimeSpan.FromMilliseconds(20), Sweep = TimeSpan.FromMilliseconds(20) })
        );
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        var called = Samples.Called(Samples.Ticket() with { Email = "ann@example.org" });
        await bus.PublishAsync(called, Token);
        await bus.PublishAsync(called, Token);
        var store = host.Services.GetRequiredService<INotificationStore>();
        var sent = await Eventually.GetAsync(
            () => store.ListAsync(new(null, Channels.Email, DeliveryStatus.Sent), null, 10, Token),
            l => l.Count == 1
        );
        Assert.Equal(2, sent[0].Attempts);
        Assert.Equal("Your ticket A-42 is now being served at counter 3", Parse(Assert.Single(server.Messages)).TextBody!.Trim());
    }

    [Fact]
    public async Task A_server_of_its_own_process_takes_messages_by_TLS_and_sign_in()
    {
        using var certificate = new TemporaryFolder();
        var port = FreePort();
        using var server = await StartServerAsync(certificate.Path, port);
        try
        {
            await using var sender = new EmailSender(Options($"smtp://ann%40example.org:p%40ss@127.0.0.1:{port}"), TimeProvider.System)
            {
                CertificateCheck = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
            };
            await sender.SendAsync(Samples.Pending(), Token);
            var got = JsonDocument.Parse((await server.StandardOutput.ReadLineAsync(Token))!).RootElement;
            Assert.True(got.GetProperty("tls").GetBoolean());
            Assert.Equal("ann@example.org", got.GetProperty("user").GetString());
            Assert.Equal("It is your turn", Parse(got.GetProperty("content").GetString()!).Subject);

            await using var wrong = new EmailSender(Options($"smtp://ann%40example.org:wrong@127.0.0.1:{port}"), TimeProvider.System)
            {
                CertificateCheck = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
            };
            Assert.Contains(
                "user or password",
                (await Assert.ThrowsAsync<DeliveryException>(() => wrong.SendAsync(Samples.Pending(), Token))).Message,
                StringComparison.Ordinal
            );
            await using var careful = new EmailSender(Options($"smtp://ann%40example.org:p%40ss@127.0.0.1:{port}"), TimeProvider.System);
            Assert.Contains(
                "secure",
                (await Assert.ThrowsAsync<DeliveryException>(() => careful.SendAsync(Samples.Pending(), Token))).Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(Token);
        }
    }

    [Theory]
    [InlineData("smtp://mail.example.org", "mail.example.org", 25, false, null, "smartqueue@mail.example.org")]
    [InlineData("smtp://me%40example.org:p%3Aw@mail.example.org", "mail.example.org", 587, false, "me@example.org", "me@example.org")]
    [InlineData("smtps://user:pw@mail.example.org", "mail.example.org", 465, true, "user", "smartqueue@mail.example.org")]
    [InlineData("smtp://127.0.0.1:2525", "127.0.0.1", 2525, false, null, "smartqueue@localhost")]
    public void The_server_is_read_from_its_address(string url, string host, int port, bool tls, string? user, string from)
    {
        var options = Options(url);
        Assert.Equal(
            (host, port, tls, user, from),
            (options.Host, options.Port, options.TlsFirst, options.Credentials?.User, options.From.Address)
        );
    }

    [Theory]
    [InlineData("http://mail.example.org", null)]
    [InlineData("smtp://user@mail.example.org", null)]
    [InlineData("smtp://mail.example.org", "nobody")]
    [InlineData("http://me:hunter2@mail.example.org", null)]
    [InlineData("smtp://me:hunter2@mail.example.org:port", null)]
    [InlineData("me:hunter2@mail.example.org", null)]
    [InlineData("smtp://me:hunter2@mail.example.org", "nobody")]
    public void A_wrong_setting_stops_the_start_and_shows_no_password(string url, string? from)
    {
        var error = Assert.Throws<StartupException>(() => Options(url, from));
        Assert.StartsWith("SMTP_", error.Message, StringComparison.Ordinal);
        // Causes are printed too.
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    private static EmailSender Sender(string url, string? from = null) => new(Options(url, from), TimeProvider.System);

    private static EmailOptions Options(string url, string? from = null) =>
        EmailOptions.Read(
            new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("SMTP_URL", url), new("SMTP_FROM", from)]).Build())
        )!;

    private static MimeMessage Parse(string text) => MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), Token);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task<Process> StartServerAsync(string folder, int port)
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), "No Python for a mail server.");
        using var check = Process.Start(new ProcessStartInfo(Python, ["-c", "import aiosmtpd"]) { RedirectStandardError = true })!;
        await check.WaitForExitAsync(Token);
        Assert.SkipUnless(check.ExitCode == 0, "No mail server: install python3-aiosmtpd.");
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var pem = Path.Combine(folder, "server.pem");
        await File.WriteAllTextAsync(pem, key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n", Token);
        var server = Process.Start(
            new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "smtp_server.py"), pem, $"{port}"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Equal("ready", await server.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token));
        return server;
    }
}
