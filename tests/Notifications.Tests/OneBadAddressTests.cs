using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>What one address can do to the messages of all others.</summary>
public sealed class OneBadAddressTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly DeliveryOptions Options = new()
    {
        Attempts = 6,
        FirstDelay = TimeSpan.FromMilliseconds(200),
        Sweep = TimeSpan.FromMilliseconds(20),
        Break = TimeSpan.FromMinutes(5),
        BreakAfter = 5,
        PerAddress = 0,
    };

    private ServiceHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private INotificationStore Store => host!.Services.GetRequiredService<INotificationStore>();

    public ValueTask DisposeAsync() => host?.DisposeAsync() ?? default;

    [Fact]
    public async Task Twenty_tickets_with_a_dead_push_service_keep_no_push_message_from_others()
    {
        await using var service = await HttpReceiver.StartAsync();
        await StartAsync(Options, settings: Push);
        for (var i = 0; i < 20; i++)
        {
            await SubscribeAsync($"dead-{i}", $"http://127.0.0.1:1/{i}");
            await AddAsync(Message(Channels.Push, $"dead-{i}"));
        }

        await Eventually.GetAsync(
            () => Store.ListAsync(new(null, Channels.Push, null), null, 50, Token),
            all => all.Sum(n => n.Attempts) >= Options.BreakAfter
        );
        await SubscribeAsync("good", service.Url + "/good");
        await IsSentAsync(await AddAsync(Message(Channels.Push, "good")));
    }

    [Fact]
    public async Task Of_an_account_with_a_dead_browser_the_other_gets_its_message_once()
    {
        await using var service = await HttpReceiver.StartAsync();
        await StartAsync(Options with { Attempts = 3, FirstDelay = TimeSpan.FromMilliseconds(20) }, settings: Push);
        await SubscribeAsync("t", service.Url + "/good");
        await SubscribeAsync("t", "http://127.0.0.1:1/dead");
        var message = await AddAsync(Message(Channels.Push, "t"));
        await IsSentAsync(message);
        Assert.Equal(3, (await Store.FindAsync(message.Id, Token))!.Attempts);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task A_domain_whose_mail_is_put_off_keeps_no_mail_from_others()
    {
        await using var server = new SmtpReceiver
        {
            Recipient = line => line.Contains("@bad.example", StringComparison.Ordinal) ? "450 later" : null,
        };
        await StartAsync(Options, senders: Email(server.Url));
        for (var i = 0; i < 20; i++)
            await AddAsync(Message(Channels.Email, $"t-{i}", $"{i}@bad.example"));
        await Eventually.TrueAsync(() => Task.FromResult(server.Refused >= Options.BreakAfter));
        await IsSentAsync(await AddAsync(Message(Channels.Email, "good", "ann@good.example")));
        // Its own messages wait meanwhile, and cost no attempts.
        var refused = server.Refused;
        Assert.InRange(refused, Options.BreakAfter, Options.BreakAfter + 4);
        await IsSentAsync(await AddAsync(Message(Channels.Email, "good-2", "bob@good.example")));
        Assert.Equal(refused, server.Refused);
        await AwayAsync(Channels.Email, providers: 0, parties: 1);
    }

    [Fact]
    public async Task A_mail_server_that_is_away_is_left_alone_whoever_the_messages_are_for()
    {
        var gone = new SmtpReceiver();
        var url = gone.Url;
        await gone.DisposeAsync();
        await StartAsync(Options with { Attempts = 20, FirstDelay = TimeSpan.FromMilliseconds(1) }, senders: Email(url));
        for (var i = 0; i < 20; i++)
            await AddAsync(Message(Channels.Email, $"t-{i}", $"ann@{i}.example"));
        await AwayAsync(Channels.Email, providers: 1, parties: 0);
        var tried = await Store.ListAsync(new(null, Channels.Email, null), null, 50, Token);
        Assert.InRange(tried.Sum(n => n.Attempts), Options.BreakAfter, Options.BreakAfter + 4);
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    [InlineData(500, 1)]
    public async Task A_provider_of_text_messages_is_left_alone_for_its_own_faults_and_not_for_numbers(int answer, int away)
    {
        await using var receiver = await HttpReceiver.StartAsync(otherwise: away == 0 ? 201 : answer);
        for (var i = 0; i < Options.BreakAfter; i++)
            receiver.Answers.Enqueue(answer);
        await StartAsync(
            Options,
            settings: new() { ["SMS_WEBHOOK_URL"] = receiver.Url, ["SMS_WEBHOOK_SECRET"] = "a secret of some length" }
        );
        for (var i = 0; i < Options.BreakAfter; i++)
            await AddAsync(Message(Channels.Sms, $"t-{i}", "+3460011122" + i.ToString(CultureInfo.InvariantCulture)));
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Answers.IsEmpty));
        await AwayAsync(Channels.Sms, away, parties: 0);
        if (away == 0)
            await IsSentAsync(await AddAsync(Message(Channels.Sms, "good", "+34600111333")));
    }

    [Fact]
    public async Task Push_services_that_hang_do_not_hold_all_workers()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = 0;
        var sender = new FakeSender
        {
            Channel = Channels.Push,
            HasProvider = false,
            Concurrency = 8,
            Timeout = TimeSpan.FromMinutes(1),
            To = n => [new(n.Id, n.TicketId!.Split('-')[0])],
            Attempt = (n, token) =>
            {
                if (n.TicketId!.StartsWith("good", StringComparison.Ordinal))
                    return Task.CompletedTask;
                Interlocked.Increment(ref hanging);
                return gate.Task.WaitAsync(token);
            },
        };
        await StartAsync(Options, senders: sender);
        for (var i = 0; i < 60; i++)
            await AddAsync(Message(Channels.Push, $"slow{i % 3}-{i}"));
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref hanging) == 3));
        await AddAsync(Message(Channels.Push, "good-0"));
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Any(n => n.TicketId == "good-0")));
        for (var i = 1; i < 20; i++)
            await AddAsync(Message(Channels.Push, $"good-{i}"));
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 20));
        Assert.Equal(3, Volatile.Read(ref hanging));
        gate.SetResult();
    }

    private static readonly Dictionary<string, string?> Push = new()
    {
        ["VAPID_SUBJECT"] = "mailto:admin@example.org",
        ["PUSH_PRIVATE_ADDRESSES"] = "true",
    };

    private static EmailSender Email(string url) =>
        new(
            EmailOptions.Read(new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("SMTP_URL", url)]).Build()))!,
            TimeProvider.System
        );

    private static Notification Message(string channel, string ticketId, string? recipient = null)
    {
        var now = DateTimeOffset.UtcNow;
        return Samples.Pending(channel: channel) with
        {
            Id = Guid.CreateVersion7().ToString(),
            TicketId = ticketId,
            Recipient = recipient,
            CreatedAt = now,
            PendingSince = now,
            NextAttemptAt = now,
        };
    }

    private async Task StartAsync(DeliveryOptions options, Dictionary<string, string?>? settings = null, params ISender[] senders) =>
        host = await ServiceHost.StartAsync([new NotificationsModule()], settings: settings, configure: services =>
        {
            services.AddSingleton(options);
            foreach (var sender in senders)
                services.AddSingleton(sender);
        });

    private async Task<Notification> AddAsync(Notification notification)
    {
        Assert.True(await Store.AddAsync(notification, null, Token));
        host!.Services.GetRequiredService<DeliverySignal>().Raise();
        return notification;
    }

    private Task SubscribeAsync(string ticketId, string endpoint)
    {
        var browser = new Browser();
        return Store.SaveSubscriptionAsync(
            new PushSubscription
            {
                Id = PushSubscription.IdOf(endpoint),
                TicketId = ticketId,
                Endpoint = endpoint,
                PublicKey = browser.PublicKey,
                Secret = browser.Secret,
                CreatedAt = DateTimeOffset.UtcNow,
            },
            null,
            Token
        );
    }

    // Long before a break or the waits of those that fail are over.
    private Task IsSentAsync(Notification message) =>
        Eventually.GetAsync(() => Store.FindAsync(message.Id, Token), n => n!.Status == DeliveryStatus.Sent, Soon);

    private Task AwayAsync(string channel, int providers, int parties) =>
        Eventually.GetAsync(
            () =>
            {
                var delivery = host!.Services.GetRequiredService<DeliveryMetrics>().Running.Single(d => d.Channel == channel);
                return Task.FromResult((delivery.ProvidersAway, delivery.PartiesAway));
            },
            away => away == (providers, parties)
        );
}
