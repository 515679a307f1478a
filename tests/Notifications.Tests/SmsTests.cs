using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class SmsTests
{
    private const string Secret = "a secret of some length";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_JSON_webhook_is_signed_over_time_and_body()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var host = await HostAsync(receiver.Url + "/sms", "json");
        var notification = Message() with { Message = "Número A-42", Language = "es" };
        await Sender(host).SendAsync(notification, Token);
        var got = Assert.Single(receiver.Requests);
        Assert.Equal("/sms", got.Path);
        var signature = got.Headers["X-SmartQueue-Signature"].Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        Assert.InRange(
            long.Parse(signature["t"], System.Globalization.CultureInfo.InvariantCulture),
            DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60,
            DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1
        );
        byte[] signed = [.. Encoding.UTF8.GetBytes(signature["t"] + "."), .. got.Body];
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);
        Assert.Equal(Convert.ToHexStringLower(expected), signature["v1"]);
        var body = JsonDocument.Parse(got.Body).RootElement;
        Assert.Equal(
            ($"{notification.EventId}.sms", "+34600111222", "Número A-42", "es"),
            (
                body.GetProperty("id").GetString(),
                body.GetProperty("to").GetString(),
                body.GetProperty("message").GetString(),
                body.GetProperty("language").GetString()
            )
        );
        Assert.Equal($"{notification.EventId}.sms", got.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Twilio_gets_its_form_and_basic_authentication()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var host = await HostAsync(
            receiver.Url.Replace("://", "://AC1:t%3Aken@", StringComparison.Ordinal) + "/2010-04-01/Accounts/AC1/Messages.json",
            "twilio"
        );
        await Sender(host).SendAsync(Message() with { Message = "Número A-42 & más" }, Token);
        var got = Assert.Single(receiver.Requests);
        Assert.Equal("/2010-04-01/Accounts/AC1/Messages.json", got.Path);
        Assert.Equal("application/x-www-form-urlencoded", got.Headers["Content-Type"]);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("AC1:t:ken")), got.Headers["Authorization"]);
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(got.Body));
        Assert.Equal(
            ("+34600111222", "+15550100", "Número A-42 & más"),
            (form["To"].ToString(), form["From"].ToString(), form["Body"].ToString())
        );
    }

    [Theory]
    [InlineData(400, "Refused")]
    [InlineData(302, "Refused")]
    [InlineData(401, "NotTaken")]
    [InlineData(429, "NotTaken")]
    [InlineData(503, "NotTaken")]
    [InlineData(500, "Unknown")]
    [InlineData(504, "Unknown")]
    public async Task An_answer_is_understood(int status, string fault)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        receiver.Answers.Enqueue(status);
        await using var host = await HostAsync(receiver.Url, "json");
        var error = await Assert.ThrowsAsync<DeliveryException>(() => Sender(host).SendAsync(Message(), Token));
        Assert.Equal((fault, $"The provider of text messages answered {status}."), (error.Fault.ToString(), error.Message));
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(7) : null, error.RetryAfter);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("(0170) 123-4567", "DE", "+491701234567")]
    [InlineData("600 123 456", "ES", "+34600123456")]
    [InlineData("+1 555 123 4567 x12", null, "+15551234567")]
    public async Task A_local_number_reaches_the_provider_in_E164(string kept, string? country, string dialled)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var host = await HostAsync(receiver.Url.Replace("://", "://AC1:token@", StringComparison.Ordinal), "twilio", country);
        await Sender(host).SendAsync(Message() with { Recipient = kept }, Token);
        Assert.Equal(dialled, QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Assert.Single(receiver.Requests).Body))["To"].ToString());
    }

    [Fact]
    public async Task A_local_number_of_no_known_country_is_not_sent_to_anybody()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var host = await HostAsync(receiver.Url, "json");
        var error = await Assert.ThrowsAsync<DeliveryException>(() =>
            Sender(host).SendAsync(Message() with { Recipient = "01701234567" }, Token)
        );
        Assert.Equal(DeliveryFault.Nowhere, error.Fault);
        Assert.Contains("DEFAULT_COUNTRY", error.Message, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("json", "sent", 2)]
    [InlineData("twilio", "failed", 1)]
    public async Task After_a_lost_answer_only_a_receiver_that_drops_repeats_is_asked_again(string format, string status, int requests)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        receiver.Answers.Enqueue(504);
        await using var host = await HostAsync(receiver.Url.Replace("://", "://AC1:token@", StringComparison.Ordinal), format);
        await host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(Samples.Called(Samples.Ticket() with { Phone = "+34600111222" }), Token);
        var store = host.Services.GetRequiredService<INotificationStore>();
        await Eventually.GetAsync(() => store.ListAsync(new(null, Channels.Sms, status), null, 10, Token), l => l.Count == 1);
        Assert.Equal(requests, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(r => r.Headers["Idempotency-Key"]).Distinct());
    }

    [Theory]
    [InlineData("https://sms.example.org", "json", null, null)]
    [InlineData("https://sms.example.org", "json", null, "short")]
    [InlineData("https://sms.example.org", "twilio", "+1", null)]
    [InlineData("https://a:b@sms.example.org", "twilio", null, null)]
    [InlineData("https://sms.example.org", "carrier pigeon", null, Secret)]
    [InlineData("ftp://sms.example.org", "json", null, Secret)]
    public void A_wrong_setting_stops_the_start(string url, string format, string? from, string? secret) =>
        Assert.StartsWith(
            "SMS_",
            Assert
                .Throws<StartupException>(() =>
                    SmsOptions.Read(
                        new SettingsReader(
                            new ConfigurationBuilder()
                                .AddInMemoryCollection([
                                    new("SMS_WEBHOOK_URL", url),
                                    new("SMS_FORMAT", format),
                                    new("SMS_FROM", from),
                                    new("SMS_WEBHOOK_SECRET", secret),
                                ])
                                .Build()
                        )
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    private static Notification Message() => Samples.Pending(channel: Channels.Sms) with { Recipient = "+34600111222" };

    private static ISender Sender(ServiceHost host) => host.Services.GetRequiredService<ISender>();

    private static Task<ServiceHost> HostAsync(string url, string format, string? country = null) =>
        ServiceHost.StartAsync(
            [new NotificationsModule()],
            settings: new Dictionary<string, string?>
            {
                ["SMS_WEBHOOK_URL"] = url,
                ["SMS_FORMAT"] = format,
                ["SMS_FROM"] = "+15550100",
                ["SMS_WEBHOOK_SECRET"] = Secret,
                ["DEFAULT_COUNTRY"] = country,
                ["DEFAULT_TIME_ZONE"] = "UTC",
            },
            configure: s =>
                s.AddSingleton(new DeliveryOptions { FirstDelay = TimeSpan.FromMilliseconds(20), Sweep = TimeSpan.FromMilliseconds(20) })
        );
}
