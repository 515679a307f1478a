using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Push;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class PushTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_example_of_RFC_8291_gives_its_bytes()
    {
        using var ours = ECDiffieHellman.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw") }
        );
        var browser = new Browser(Bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), Bytes("BTBZMqHH6r4Tts7J_aSIgg"));
        var body = PushEncryption.Encrypt(
            "When I grow up, I want to be a watermelon"u8,
            browser.PublicKey,
            browser.Secret,
            ours,
            Bytes("DGv6ra1nlYgDCS1FRnbzlw")
        );
        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
                + "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(body)
        );
        Assert.Equal("When I grow up, I want to be a watermelon", browser.Decrypt(body));
    }

    [Fact]
    public async Task A_called_ticket_reaches_the_browsers_of_its_account_which_alone_can_read_it()
    {
        await using var service = await HttpReceiver.StartAsync();
        await using var host = await HostAsync();
        var (phone, laptop) = (new Browser(), new Browser());
        await SubscribeAsync(host, phone.Subscription(service.Url + "/phone"), HttpStatusCode.NoContent);
        await SubscribeAsync(host, laptop.Subscription(service.Url + "/laptop"), HttpStatusCode.NoContent);
        var called = Samples.Called(Samples.Ticket(userId: "user-1", language: "en"));
        await PublishAsync(host, called);
        await StatusAsync(host, DeliveryStatus.Sent);

        Assert.Equal(["/laptop", "/phone"], service.Requests.Select(r => r.Path).Order());
        foreach (var request in service.Requests)
        {
            var text = JsonDocument.Parse((request.Path == "/phone" ? phone : laptop).Decrypt(request.Body)).RootElement;
            Assert.Equal(
                ("It is your turn", "Your ticket A-42 is now being served at counter 3", called.EventId.ToString(), "t"),
                (
                    text.GetProperty("title").GetString(),
                    text.GetProperty("body").GetString(),
                    text.GetProperty("tag").GetString(),
                    text.GetProperty("ticketId").GetString()
                )
            );
            Assert.Equal(
                ("aes128gcm", "1800", "high"),
                (request.Headers["Content-Encoding"], request.Headers["TTL"], request.Headers["Urgency"])
            );
        }
    }

    [Fact]
    public async Task Who_was_passed_on_to_another_queue_is_told_there_by_the_same_browser()
    {
        await using var service = await HttpReceiver.StartAsync();
        await using var host = await HostAsync();
        var phone = new Browser();
        var store = host.Services.GetRequiredService<INotificationStore>();
        await store.SaveSubscriptionAsync(
            new PushSubscription
            {
                Id = PushSubscription.IdOf(service.Url + "/phone"),
                TicketId = "before",
                Endpoint = service.Url + "/phone",
                PublicKey = phone.PublicKey,
                Secret = phone.Secret,
                CreatedAt = DateTimeOffset.UtcNow,
            },
            answer: null,
            Token
        );

        await PublishAsync(host, Samples.Called(Samples.Ticket("after", language: "en") with { TransferredFrom = "before" }));
        await StatusAsync(host, DeliveryStatus.Sent);

        var told = JsonDocument.Parse(phone.Decrypt(Assert.Single(service.Requests).Body)).RootElement;
        Assert.Equal("after", told.GetProperty("ticketId").GetString());
        Assert.Empty(await store.SubscriptionsAsync(null, "before", Token));
    }

    [Fact]
    public async Task An_appointment_of_an_account_reaches_its_browsers_and_names_itself()
    {
        await using var service = await HttpReceiver.StartAsync();
        await using var host = await HostAsync();
        var phone = new Browser();
        await SubscribeAsync(host, phone.Subscription(service.Url + "/phone"), HttpStatusCode.NoContent);
        var start = host.Time.GetUtcNow().AddDays(2);
        var moved = Samples.Moved(Samples.Appointment(userId: "user-1") with { Start = start, End = start }, 1);
        await PublishAsync(host, moved);
        await StatusAsync(host, DeliveryStatus.Sent);
        var text = JsonDocument.Parse(phone.Decrypt(Assert.Single(service.Requests).Body)).RootElement;
        Assert.Equal(
            ("Appointment moved", moved.EventId.ToString(), "a", JsonValueKind.Null),
            (
                text.GetProperty("title").GetString(),
                text.GetProperty("tag").GetString(),
                text.GetProperty("appointmentId").GetString(),
                text.GetProperty("ticketId").ValueKind
            )
        );
        // Who has just booked looks at it.
        await PublishAsync(host, Samples.Booked(Samples.Appointment("b", "user-1") with { Start = start, End = start }));
        await PublishAsync(host, Samples.Cancelled(moved.Appointment));
        await Eventually.TrueAsync(() => Task.FromResult(service.Requests.Count == 2));
        Assert.Equal(
            [TemplateNames.AppointmentMoved, TemplateNames.AppointmentCancelled],
            service.Requests.Select(r => JsonDocument.Parse(phone.Decrypt(r.Body)).RootElement.GetProperty("template").GetString())
        );
    }

    [Fact]
    public async Task The_push_service_can_verify_who_sends()
    {
        await using var service = await HttpReceiver.StartAsync();
        await using var host = await HostAsync();
        using var key = await host.Guest().GetAsync("/api/notifications/push/key", Token);
        var publicKey = (await key.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("publicKey").GetString()!;
        await SubscribeAsync(host, new Browser().Subscription(service.Url + "/phone"), HttpStatusCode.NoContent);
        await PublishAsync(host, Samples.Called(Samples.Ticket(userId: "user-1")));
        await StatusAsync(host, DeliveryStatus.Sent);

        var parts = service.Requests.Single().Headers["Authorization"].Split(["vapid t=", ", k="], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(publicKey, parts[1]);
        var token = parts[0].Split('.');
        var point = Bytes(publicKey);
        using var verify = ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new() { X = point[1..33], Y = point[33..] },
            }
        );
        Assert.True(
            verify.VerifyData(
                Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"),
                Bytes(token[2]),
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation
            )
        );
        var claims = JsonDocument.Parse(Bytes(token[1])).RootElement;
        Assert.Equal(
            (service.Url, "mailto:admin@example.org"),
            (claims.GetProperty("aud").GetString(), claims.GetProperty("sub").GetString())
        );
        Assert.InRange(
            claims.GetProperty("exp").GetInt64(),
            DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            DateTimeOffset.UtcNow.AddHours(24).ToUnixTimeSeconds()
        );
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_browser_that_has_gone_is_forgotten(int answer)
    {
        await using var service = await HttpReceiver.StartAsync(answer);
        await using var host = await HostAsync();
        await SubscribeAsync(host, new Browser().Subscription(service.Url + "/gone"), HttpStatusCode.NoContent);
        await PublishAsync(host, Samples.Called(Samples.Ticket(userId: "user-1")));
        var kept = await StatusAsync(host, DeliveryStatus.Suppressed);
        Assert.Equal("No browser takes push messages for it.", kept.LastError);
        Assert.Empty(await host.Services.GetRequiredService<INotificationStore>().SubscriptionsAsync("user-1", null, Token));
    }

    [Fact]
    public async Task Nothing_is_posted_to_private_addresses_unless_that_is_allowed()
    {
        await using var service = await HttpReceiver.StartAsync();
        await using var host = await HostAsync(anywhere: "false");
        // As one that subscribed by a name which resolves to a public address then, and to ours now.
        var browser = new Browser();
        var address = service.Url.Replace("http:", "https:", StringComparison.Ordinal);
        await host
            .Services.GetRequiredService<INotificationStore>()
            .SaveSubscriptionAsync(
                new PushSubscription
                {
                    Id = PushSubscription.IdOf(address),
                    UserId = "user-1",
                    Endpoint = address,
                    PublicKey = browser.PublicKey,
                    Secret = browser.Secret,
                    CreatedAt = DateTimeOffset.UtcNow,
                },
                null,
                Token
            );
        await PublishAsync(host, Samples.Called(Samples.Ticket(userId: "user-1")));
        Assert.Equal("The provider cannot be reached.", (await StatusAsync(host, DeliveryStatus.Failed)).LastError);
        Assert.Empty(service.Requests);
    }

    [Theory]
    [InlineData("http://push.example.org/1")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://127.1:8443/1")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://１２７.０.０.１/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://10.0.0.5/1")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://203.0.113.7/1")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://a.localhost/")]
    [InlineData("https://rabbitmq/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://metadata.google.internal/")]
    public async Task A_subscription_with_an_address_of_ours_is_refused(string endpoint)
    {
        await using var host = await HostAsync(anywhere: "false");
        using var answer = await host.SignedIn("user-1", "user")
            .PostAsJsonAsync("/api/notifications/push/subscriptions", new Browser().Subscription(endpoint), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("VALIDATION_FAILED", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty("endpoint", out _));
        Assert.Empty(await host.Services.GetRequiredService<INotificationStore>().SubscriptionsAsync("user-1", null, Token));
    }

    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/1")]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/1")]
    [InlineData("https://wns2-par02p.notify.windows.com/w/?token=1")]
    public async Task Those_of_push_services_are_taken(string endpoint)
    {
        await using var host = await HostAsync(anywhere: "false");
        await SubscribeAsync(host, new Browser().Subscription(endpoint), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_repeat_of_subscribing_changes_nothing_and_its_key_is_good_for_nothing_else()
    {
        await using var host = await HostAsync();
        var store = host.Services.GetRequiredService<INotificationStore>();
        var body = new Browser().Subscription("https://push.example.org/1");
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(body));
        await store.RemoveSubscriptionAsync(PushSubscription.IdOf("https://push.example.org/1"), Token);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(body));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(new Browser().Subscription("https://push.example.org/2")));
        Assert.Empty(await store.SubscriptionsAsync("user-1", null, Token));

        async Task<HttpStatusCode> PostAsync(object subscription)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/notifications/push/subscriptions")
            {
                Content = JsonContent.Create(subscription),
            };
            request.Headers.Add("Idempotency-Key", "key-1");
            using var answer = await host.SignedIn("user-1", "user").SendAsync(request, Token);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.88.99.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("239.1.1.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("100::1", false)]
    [InlineData("100:0:0:1::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:2::1", false)]
    [InlineData("2001:20::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("3fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("192.0.1.1", true)]
    [InlineData("198.52.0.1", true)]
    [InlineData("2001:4860::1", true)]
    [InlineData("142.250.1.1", true)]
    [InlineData("2a00:1450::1", true)]
    public void Private_addresses_are_known(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    [Fact]
    public async Task A_malformed_subscription_is_refused()
    {
        await using var host = await HostAsync();
        await SubscribeAsync(host, new { endpoint = "https://push.example.org/1" }, HttpStatusCode.BadRequest);
        await SubscribeAsync(
            host,
            new
            {
                endpoint = "https://push.example.org/1",
                keys = new { p256dh = Base64Url.EncodeToString(new byte[65]), auth = "AAAAAAAAAAAAAAAAAAAAAA" },
            },
            HttpStatusCode.BadRequest
        );
        await SubscribeAsync(host, new Browser().Subscription("https://me:secret@push.example.org/1"), HttpStatusCode.BadRequest);
        using var guest = await host.Guest()
            .PostAsJsonAsync("/api/notifications/push/subscriptions", new Browser().Subscription("https://push.example.org/1"), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, guest.StatusCode);
    }

    [Fact]
    public async Task A_browser_can_unsubscribe_and_only_its_own_account_may()
    {
        await using var host = await HostAsync();
        var subscription = new Browser().Subscription("https://push.example.org/1");
        await SubscribeAsync(host, subscription, HttpStatusCode.NoContent);
        var store = host.Services.GetRequiredService<INotificationStore>();
        await UnsubscribeAsync("user-2");
        Assert.Single(await store.SubscriptionsAsync("user-1", null, Token));
        await UnsubscribeAsync("user-1");
        Assert.Empty(await store.SubscriptionsAsync("user-1", null, Token));

        async Task UnsubscribeAsync(string userId)
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/notifications/push/subscriptions")
            {
                Content = JsonContent.Create(subscription),
            };
            using var answer = await host.SignedIn(userId, "user").SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_subject_nobody_can_subscribe()
    {
        await using var host = await ServiceHost.StartAsync([new NotificationsModule()]);
        using var key = await host.Guest().GetAsync("/api/notifications/push/key", Token);
        Assert.Equal(HttpStatusCode.NotFound, key.StatusCode);
    }

    [Fact]
    public void The_key_outlives_a_restart_and_a_wrong_subject_stops_it()
    {
        using var folder = new TemporaryFolder();
        using var first = VapidKey.Read(Settings("https://example.org/contact"), folder.Path)!;
        using var second = VapidKey.Read(Settings("https://example.org/contact"), folder.Path)!;
        Assert.Equal(first.PublicKey, second.PublicKey);
        Assert.StartsWith(
            "VAPID_SUBJECT",
            Assert.Throws<StartupException>(() => VapidKey.Read(Settings("admin"), folder.Path)).Message,
            StringComparison.Ordinal
        );
        Assert.Null(VapidKey.Read(Settings(null), folder.Path));

        static SettingsReader Settings(string? subject) =>
            new(new ConfigurationBuilder().AddInMemoryCollection([new("VAPID_SUBJECT", subject)]).Build());
    }

    private static async Task SubscribeAsync(ServiceHost host, object subscription, HttpStatusCode expected)
    {
        using var answer = await host.SignedIn("user-1", "user")
            .PostAsJsonAsync("/api/notifications/push/subscriptions", subscription, Token);
        Assert.True(answer.StatusCode == expected, await answer.Content.ReadAsStringAsync(Token));
    }

    private static Task PublishAsync(ServiceHost host, object message) =>
        host.Services.GetRequiredService<IEventPublisher>().PublishAsync(message, Token);

    private static async Task<Notification> StatusAsync(ServiceHost host, string status)
    {
        var store = host.Services.GetRequiredService<INotificationStore>();
        return (await Eventually.GetAsync(() => store.ListAsync(new(null, Channels.Push, status), null, 10, Token), l => l.Count == 1))[0];
    }

    private static byte[] Bytes(string base64Url) => Base64Url.DecodeFromChars(base64Url);

    private static Task<ServiceHost> HostAsync(string anywhere = "true") =>
        ServiceHost.StartAsync(
            [new NotificationsModule()],
            settings: new Dictionary<string, string?>
            {
                ["VAPID_SUBJECT"] = "mailto:admin@example.org",
                ["PUSH_PRIVATE_ADDRESSES"] = anywhere,
            },
            configure: s =>
                s.AddSingleton(
                    new DeliveryOptions
                    {
                        Attempts = 2,
                        FirstDelay = TimeSpan.FromMilliseconds(20),
                        Sweep = TimeSpan.FromMilliseconds(20),
                    }
                )
        );
}
