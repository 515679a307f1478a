using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>Delivery in a running service, by providers that fail in every way.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private static readonly DeliveryOptions Quick = new()
    {
        Attempts = 3,
        FirstDelay = TimeSpan.FromMilliseconds(40),
        Sweep = TimeSpan.FromMilliseconds(20),
        Break = TimeSpan.FromSeconds(30),
        BreakAfter = 100,
        PerAddress = 0,
    };

    private ServiceHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private INotificationStore Store => host!.Services.GetRequiredService<INotificationStore>();

    public ValueTask DisposeAsync() => host?.DisposeAsync() ?? default;

    [Fact]
    public async Task An_event_that_comes_often_is_delivered_once_a_channel()
    {
        var email = new FakeSender();
        var sms = new FakeSender { Channel = Channels.Sms };
        await StartAsync(Quick, email, sms);
        var called = Samples.Called(Samples.Ticket() with { Email = "ann@example.org", Phone = "+34600111222" });
        for (var i = 0; i < 5; i++)
            await PublishAsync(called);
        var last = Samples.Called(Samples.Ticket("t-2") with { Email = "ann@example.org", Phone = "+34600111222" });
        await PublishAsync(last);
        await Eventually.TrueAsync(() => Task.FromResult(email.Sent.Count == 2 && sms.Sent.Count == 2));
        Assert.Equal(6, (await AllAsync()).Count);
        Assert.Equal(2, email.Sent.Select(n => n.EventId).Distinct().Count());
        Assert.Equal($"{called.EventId}.sms", sms.Sent.Single(n => n.TicketId == "t").DeliveryKey);
        var sent = await OneAsync(email.Sent.First().Id, DeliveryStatus.Sent);
        Assert.Equal((1, null), (sent.Attempts, sent.Recipient));
    }

    [Fact]
    public async Task What_is_heard_of_long_after_is_kept_to_be_read_and_wakes_nobody()
    {
        var sms = new FakeSender { Channel = Channels.Sms };
        await StartAsync(Quick, sms);
        var ticket = Samples.Ticket() with { Phone = "+34600111222" };
        await PublishAsync(Samples.Called(ticket) with { OccurredAt = DateTimeOffset.UtcNow - Quick.MaxAge - TimeSpan.FromMinutes(1) });
        await Eventually.GetAsync(AllAsync, all => all.Count == 2);
        Assert.Equal(
            [
                (Channels.InApp, DeliveryStatus.Sent, null),
                (Channels.Sms, DeliveryStatus.Suppressed, "It was heard of too late to be of use."),
            ],
            (await AllAsync()).Select(n => (n.Type, n.Status, n.LastError)).Order()
        );
        Assert.Empty(sms.Sent);
    }

    [Fact]
    public async Task Two_workers_on_one_store_send_each_message_once()
    {
        var sender = new FakeSender();
        await StartAsync(Quick, sender);
        var other = ActivatorUtilities.CreateInstance<DeliveryWorker>(host!.Services);
        await other.StartAsync(Token);
        for (var i = 0; i < 200; i++)
            await Store.AddAsync(Fresh(), null, Token);
        await Eventually.TrueAsync(async () => (await Store.MeasureAsync(Token)).Count == 0);
        await other.StopAsync(Token);
        Assert.Equal(200, sender.Sent.Select(n => n.Id).Distinct().Count());
        Assert.Equal(200, sender.Sent.Count);
    }

    [Fact]
    public async Task No_more_are_under_way_than_the_provider_takes()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = new FakeSender { Concurrency = 3, Otherwise = gate.Task.WaitAsync };
        await StartAsync(Quick, sender);
        for (var i = 0; i < 20; i++)
            await AddAsync(Fresh());
        await Eventually.TrueAsync(() => Task.FromResult(sender.Most == 3));
        gate.SetResult();
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 20));
        Assert.Equal(3, sender.Most);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_tried_again_later()
    {
        var sender = new FakeSender();
        sender.Script.Enqueue(FakeSender.Fails(DeliveryFault.NotTaken));
        sender.Script.Enqueue(_ => throw new IOException("secret address"));
        await StartAsync(Quick, sender);
        var message = await AddAsync(Fresh());
        Assert.Equal(3, (await OneAsync(message.Id, DeliveryStatus.Sent)).Attempts);
        var times = sender.Attempts.ToList();
        Assert.True(times[1] - times[0] >= TimeSpan.FromMilliseconds(19), $"{times[1] - times[0]}");
        Assert.True(times[2] - times[1] >= TimeSpan.FromMilliseconds(39), $"{times[2] - times[1]}");
    }

    [Fact]
    public async Task After_the_last_attempt_it_is_failed_with_the_reason_and_can_be_put_back_by_hand()
    {
        var sender = new FakeSender();
        for (var i = 0; i < 3; i++)
            sender.Script.Enqueue(FakeSender.Fails(DeliveryFault.NotTaken));
        await StartAsync(Quick, sender);
        var message = await AddAsync(Fresh());
        var failed = await OneAsync(message.Id, DeliveryStatus.Failed);
        Assert.Equal((3, "It was NotTaken."), (failed.Attempts, failed.LastError));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await host!.SignedIn("user-1", "user").PostAsync($"/api/notifications/{message.Id}/retry", null, Token)).StatusCode
        );
        var answer = await Operator.PostAsync($"/api/notifications/{message.Id}/retry", null, Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("pending", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("status").GetString());
        Assert.Equal(1, (await OneAsync(message.Id, DeliveryStatus.Sent)).Attempts);
        Assert.Equal(HttpStatusCode.Conflict, (await Operator.PostAsync($"/api/notifications/{message.Id}/retry", null, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Operator.PostAsync("/api/notifications/nothing/retry", null, Token)).StatusCode);
    }

    [Fact]
    public async Task A_repeat_of_putting_back_changes_nothing()
    {
        var sender = new FakeSender { RepeatsAreHarmless = false, Otherwise = FakeSender.Fails(DeliveryFault.Refused) };
        await StartAsync(Quick, sender);
        var message = await AddAsync(Fresh());
        await OneAsync(message.Id, DeliveryStatus.Failed);
        var first = await PutBackAsync("key-1");
        await Eventually.TrueAsync(() => Task.FromResult(sender.Attempts.Count == 2));
        await OneAsync(message.Id, DeliveryStatus.Failed);
        Assert.Equal(first, await PutBackAsync("key-1"));
        Assert.Equal(DeliveryStatus.Failed, (await Store.FindAsync(message.Id, Token))!.Status);
        Assert.Equal(first, await PutBackAsync("key-1"));
        Assert.Equal(2, sender.Attempts.Count);
        await PutBackAsync("key-2");
        await Eventually.TrueAsync(() => Task.FromResult(sender.Attempts.Count == 3));

        async Task<string> PutBackAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/notifications/{message.Id}/retry");
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await Operator.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(Token);
        }
    }

    [Fact]
    public async Task What_a_provider_refuses_is_not_tried_again()
    {
        var sender = new FakeSender();
        sender.Script.Enqueue(FakeSender.Fails(DeliveryFault.Refused));
        await StartAsync(Quick, sender);
        Assert.Equal(1, (await OneAsync((await AddAsync(Fresh())).Id, DeliveryStatus.Failed)).Attempts);
    }

    [Fact]
    public async Task A_provider_that_hangs_is_left_after_its_time()
    {
        var sender = new FakeSender { Timeout = TimeSpan.FromMilliseconds(50) };
        sender.Script.Enqueue(token => Task.Delay(Timeout.Infinite, token));
        await StartAsync(Quick, sender);
        Assert.Equal(2, (await OneAsync((await AddAsync(Fresh())).Id, DeliveryStatus.Sent)).Attempts);
    }

    [Theory]
    [InlineData(true, "sent", 1)]
    [InlineData(false, "failed", 0)]
    public async Task A_message_whose_sender_died_is_repeated_only_where_that_is_harmless(bool harmless, string status, int sent)
    {
        var sender = new FakeSender { RepeatsAreHarmless = harmless };
        await StartAsync(Quick, sender);
        var claimed = Fresh().Claimed(DateTimeOffset.UtcNow.AddMilliseconds(-1));
        await AddAsync(claimed);
        var settled = await OneAsync(claimed.Id, status);
        Assert.Equal(2, settled.Attempts);
        Assert.Equal(sent, sender.Sent.Count);
    }

    [Fact]
    public async Task Where_repeats_do_harm_a_lost_answer_is_not_followed_by_another_attempt()
    {
        var sender = new FakeSender { RepeatsAreHarmless = false };
        sender.Script.Enqueue(_ => throw new IOException());
        await StartAsync(Quick, sender);
        var settled = await OneAsync((await AddAsync(Fresh())).Id, DeliveryStatus.Failed);
        Assert.Contains("may have been delivered", settled.LastError, StringComparison.Ordinal);
        Assert.Single(sender.Attempts);
    }

    [Fact]
    public async Task A_provider_that_keeps_failing_is_left_alone_and_costs_no_attempts()
    {
        var sender = new FakeSender { Concurrency = 1, Otherwise = FakeSender.Fails(DeliveryFault.NotTaken) };
        await StartAsync(
            Quick with
            {
                Break = TimeSpan.FromSeconds(1),
                BreakAfter = 4,
                Attempts = 20,
                FirstDelay = TimeSpan.FromMilliseconds(1),
            },
            sender
        );
        var message = await AddAsync(Fresh());
        await Eventually.TrueAsync(() => Task.FromResult(sender.Attempts.Count == 4));
        sender.Otherwise = _ => Task.CompletedTask;
        Assert.Equal(5, (await OneAsync(message.Id, DeliveryStatus.Sent)).Attempts);
        var times = sender.Attempts.ToList();
        Assert.True(times[4] - times[3] >= TimeSpan.FromMilliseconds(900), $"{times[4] - times[3]}");
    }

    [Theory]
    [InlineData(nameof(INotificationStore.DueAsync))]
    [InlineData(nameof(INotificationStore.SaveAsync))]
    public async Task While_its_store_is_away_nothing_is_sent_twice_and_all_of_it_when_it_is_back(string method)
    {
        Faulty<INotificationStore> faults = null!;
        var sender = new FakeSender();
        await StartAsync(
            Quick,
            null,
            s =>
                s.AddSingleton(services =>
                {
                    (var store, faults) = Faulty<INotificationStore>.Of(
                        new SqliteNotificationStore(services.GetRequiredKeyedService<SqliteDatabase>(ServiceNames.Notifications))
                    );
                    return store;
                }),
            sender
        );
        await AddAsync(Fresh());
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 1));
        faults.Decide = m => m == method ? Testing.Fault.Before : Testing.Fault.None;
        for (var i = 0; i < 3; i++)
            await AddAsync(Fresh());
        // It goes on asking while it is away.
        var asked = faults.CountOf(nameof(INotificationStore.DueAsync));
        await Eventually.TrueAsync(() => Task.FromResult(faults.CountOf(nameof(INotificationStore.DueAsync)) > asked + 3));
        Assert.Single(sender.Sent);

        faults.Decide = _ => Testing.Fault.None;
        await Eventually.TrueAsync(async () => (await Store.MeasureAsync(Token)).Count == 0);
        Assert.Equal(4, sender.Sent.Count);
        Assert.Equal(4, sender.Sent.Select(n => n.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_waits_is_measured_every_five_seconds_also_after_its_store_was_away()
    {
        await StartAsync(Quick);
        var (store, faults) = Faulty<INotificationStore>.Of(Store);
        faults.Decide = _ => Testing.Fault.Before;
        var time = new FakeTimeProvider();
        using var worker = ActivatorUtilities.CreateInstance<DeliveryWorker>(host!.Services, store, time);
        await worker.StartAsync(Token);
        for (var measured = 1; measured <= 3; measured++)
        {
            await Eventually.TrueAsync(() => Task.FromResult(faults.CountOf(nameof(INotificationStore.MeasureAsync)) == measured));
            time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(measured, faults.CountOf(nameof(INotificationStore.MeasureAsync)));
            // The pause may begin a little after the question.
            await Eventually.TrueAsync(() =>
            {
                if (faults.CountOf(nameof(INotificationStore.MeasureAsync)) == measured)
                    time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(faults.CountOf(nameof(INotificationStore.MeasureAsync)) > measured);
            });
        }

        await worker.StopAsync(Token);
    }

    [Fact]
    public async Task What_is_no_longer_of_use_is_not_sent()
    {
        var sender = new FakeSender();
        await StartAsync(Quick, sender);
        var old = Samples.Pending() with { PendingSince = DateTimeOffset.UtcNow.AddHours(-2) };
        await AddAsync(old);
        await OneAsync(old.Id, DeliveryStatus.Failed);
        Assert.Empty(sender.Attempts);
    }

    [Fact]
    public async Task Stopping_waits_for_what_is_under_way_and_notes_it()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = new FakeSender
        {
            Otherwise = _ =>
            {
                begun.TrySetResult();
                return gate.Task;
            },
        };
        await StartAsync(Quick, sender);
        var message = await AddAsync(Fresh());
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        var stopping = host!.Services.GetServices<IHostedService>().OfType<DeliveryWorker>().Single().StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
        Assert.Equal(DeliveryStatus.Sent, (await Store.FindAsync(message.Id, Token))!.Status);
    }

    [Fact]
    public async Task What_is_claimed_when_the_process_stops_is_sent_and_not_given_up_at_the_next_start()
    {
        using var folder = new TemporaryFolder();
        var sender = new FakeSender { RepeatsAreHarmless = false };
        await StartAsync(Quick, folder, s => s.AddSingleton(SlowClaims.Of), sender);
        var claims = (SlowClaims)(object)Store;
        var message = await AddAsync(Fresh());
        await claims.Claiming.WaitAsync(TimeSpan.FromSeconds(20), Token);
        host!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        claims.Go();
        await host.DisposeAsync();

        await StartAsync(Quick, folder, null, sender);
        Assert.Equal(1, (await OneAsync(message.Id, DeliveryStatus.Sent)).Attempts);
        Assert.Single(sender.Sent);
    }

    [Fact]
    public async Task Without_a_provider_it_is_kept_with_the_reason_and_shown_in_the_page()
    {
        await StartAsync(Quick);
        await PublishAsync(Samples.Called(Samples.Ticket() with { Email = "ann@example.org", Phone = "+34600111222" }));
        var all = await Eventually.GetAsync(AllAsync, a => a.Count == 3);
        Assert.Equal(["email suppressed", "inapp sent", "sms suppressed"], all.Select(n => $"{n.Type} {n.Status}").Order());
        Assert.Equal("No mail server is set (SMTP_URL).", all.Single(n => n.Type == Channels.Email).LastError);
        var answer = await Operator.PostAsync($"/api/notifications/{all.Single(n => n.Type == Channels.Sms).Id}/retry", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task Who_does_not_want_a_channel_is_not_sent_to()
    {
        var sender = new FakeSender();
        await StartAsync(Quick, sender);
        await Store.SavePreferencesAsync("user-1", Preferences.Default with { Email = false }, Token);
        await PublishAsync(
            Samples.Called(Samples.Ticket("t-1", "user-1") with { Email = "ann@example.org" }),
            Samples.Called(Samples.Ticket("t-2", "user-2") with { Email = "bob@example.org" })
        );
        await Eventually.TrueAsync(() => Task.FromResult(!sender.Sent.IsEmpty));
        await Eventually.TrueAsync(async () => (await AllAsync()).Count == 4);
        Assert.Equal(["t-2"], sender.Sent.Select(n => n.TicketId));
        Assert.Equal(DeliveryStatus.Suppressed, (await AllAsync()).Single(n => n.TicketId == "t-1" && n.Type == Channels.Email).Status);
    }

    [Fact]
    public async Task Only_what_cannot_wait_comes_by_text_message()
    {
        var sms = new FakeSender { Channel = Channels.Sms };
        await StartAsync(Quick, sms);
        var ticket = Samples.Ticket() with { Phone = "+34600111222" };
        await PublishAsync(Samples.Created(ticket), Samples.Called(ticket));
        await Eventually.TrueAsync(() => Task.FromResult(!sms.Sent.IsEmpty));
        await Eventually.TrueAsync(async () => (await AllAsync()).Count == 3);
        Assert.Equal([TemplateNames.Called], sms.Sent.Select(n => n.Template));
    }

    [Fact]
    public async Task Who_is_left_over_at_closing_is_told_by_every_channel_they_gave()
    {
        FakeSender[] senders = [new(), new() { Channel = Channels.Sms }, new() { Channel = Channels.Push }];
        await StartAsync(Quick, [.. senders]);
        var subscription = new PushSubscription
        {
            Id = "browser",
            TicketId = "t",
            Endpoint = "https://push.example.org/1",
            PublicKey = [],
            Secret = [],
            CreatedAt = DateTimeOffset.UtcNow,
        };
        await Store.SaveSubscriptionAsync(subscription, null, Token);
        var ticket = Samples.Ticket() with { Email = "ann@example.org", Phone = "+34600111222", Language = "es" };
        await PublishAsync(Samples.Expired(ticket));
        await Eventually.TrueAsync(() => Task.FromResult(senders.All(s => s.Sent.Count == 1)));
        Assert.Equal(["email", "inapp", "push", "sms"], (await AllAsync()).Select(n => n.Type).Order());
        Assert.All(await AllAsync(), n =>
        {
            Assert.Equal(TemplateNames.Expired, n.Template);
            Assert.Contains("ha cerrado", n.Message, StringComparison.Ordinal);
            Assert.Contains("A-42", n.Message, StringComparison.Ordinal);
            Assert.Contains("cuando vuelva a abrir", n.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Of_a_deleted_queue_nothing_is_told()
    {
        await StartAsync(Quick, new FakeSender());
        var ticket = Samples.Ticket() with { Email = "ann@example.org" };
        await PublishAsync(Samples.Expired(ticket, TicketExpired.QueueDeleted));
        await PublishAsync(Samples.Cancelled(Samples.Ticket("last")));
        await Eventually.TrueAsync(async () => (await AllAsync()).Any(n => n.TicketId == "last"));
        Assert.DoesNotContain(await AllAsync(), n => n.TicketId == "t");
    }

    [Fact]
    public async Task Operators_send_their_own_words_once_a_key()
    {
        var sender = new FakeSender();
        await StartAsync(Quick, sender);
        await PublishAsync(Samples.Registered("user-1", "ann@example.org", null));
        await Eventually.TrueAsync(async () => await Store.FindContactAsync("user-1", Token) is not null);
        var body = new
        {
            userId = "user-1",
            subject = "Papers",
            message = "Bring them.",
        };
        var first = await SendAsync("email", body, "key-1");
        Assert.Equal(first.GetRawText(), (await SendAsync("email", body, "key-1")).GetRawText());
        Assert.Equal(
            ("pending", "custom", "user-1"),
            (first.GetProperty("status").GetString(), first.GetProperty("template").GetString(), first.GetProperty("userId").GetString())
        );
        await OneAsync(first.GetProperty("id").GetString()!, DeliveryStatus.Sent);
        Assert.Equal("ann@example.org", Assert.Single(sender.Sent).Recipient);
        await SendAsync(
            "email",
            new
            {
                to = "Bob@Example.org",
                subject = "Hi",
                message = "There.",
            },
            null
        );
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Any(n => n.Recipient == "bob@example.org")));
    }

    [Theory]
    [InlineData("email", """{"subject":"a","message":"b"}""", 400)]
    [InlineData("email", """{"to":"nobody","subject":"a","message":"b"}""", 400)]
    [InlineData("email", """{"to":"a@b.c","subject":"a\nBcc: x@y.z","message":"b"}""", 400)]
    [InlineData("email", """{"to":"a@b.c","userId":"u","subject":"a","message":"b"}""", 400)]
    [InlineData("email", """{"userId":"unknown","subject":"a","message":"b"}""", 404)]
    [InlineData("sms", """{"to":"+34600111222"}""", 400)]
    [InlineData("sms", """{"userId":"user-1","message":"b"}""", 400)]
    [InlineData("push", """{"to":"x","subject":"a","message":"b"}""", 400)]
    public async Task A_message_that_cannot_be_sent_is_refused(string channel, string body, int status)
    {
        await StartAsync(Quick);
        await Store.SaveContactAsync(new Contact("user-1", "ann@example.org", null, 1), Token);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(status, (int)(await Operator.PostAsync("/api/notifications/" + channel, content, Token)).StatusCode);
        using var again = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(
            403,
            (int)(await host!.SignedIn("user-1", "user").PostAsync("/api/notifications/" + channel, again, Token)).StatusCode
        );
    }

    [Fact]
    public void Waits_double_and_spread()
    {
        var options = new DeliveryOptions { FirstDelay = TimeSpan.FromSeconds(5), LongestDelay = TimeSpan.FromSeconds(60) };
        Assert.Equal([2.5, 5, 10, 20, 30, 30], Enumerable.Range(1, 6).Select(i => options.DelayAfter(i, 0).TotalSeconds));
        Assert.Equal([5, 10, 20, 40, 60, 60], Enumerable.Range(1, 6).Select(i => options.DelayAfter(i, 1).TotalSeconds));
    }

    private HttpClient Operator => host!.SignedIn("op", "operator");

    private static Notification Fresh()
    {
        var now = DateTimeOffset.UtcNow;
        return Samples.Pending() with { CreatedAt = now, PendingSince = now, NextAttemptAt = now };
    }

    private Task StartAsync(DeliveryOptions options, params ISender[] senders) => StartAsync(options, null, null, senders);

    private async Task StartAsync(
        DeliveryOptions options,
        TemporaryFolder? folder,
        Action<IServiceCollection>? configure,
        params ISender[] senders
    ) => host = await ServiceHost.StartAsync([new NotificationsModule()], folder: folder, configure: services =>
        {
            services.AddSingleton(options);
            foreach (var sender in senders)
                services.AddSingleton(sender);
            configure?.Invoke(services);
        });

    private async Task<Notification> AddAsync(Notification notification)
    {
        Assert.True(await Store.AddAsync(notification, null, Token));
        host!.Services.GetRequiredService<DeliverySignal>().Raise();
        return notification;
    }

    private async Task PublishAsync(params IEvent[] events)
    {
        var bus = host!.Services.GetRequiredService<IEventPublisher>();
        foreach (var e in events)
            await bus.PublishAsync(e, Token);
    }

    private async Task<IReadOnlyList<Notification>> AllAsync() => await Store.ListAsync(new(null, null, null), null, 200, Token);

    private async Task<Notification> OneAsync(string id, string status) =>
        (await Eventually.GetAsync(() => Store.FindAsync(id, Token), n => n?.Status == status))!;

    private async Task<JsonElement> SendAsync(string channel, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/notifications/" + channel) { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        var response = await Operator.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }
}
