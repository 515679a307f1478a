using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>One-time links are mailed to their address and told to nobody else.</summary>
public sealed class AccountLinkMailTests : IAsyncLifetime
{
    private const string Link = "https://queue.example.org/reset#u1.a-secret";
    private static readonly DeliveryOptions Quick = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(50),
        Sweep = TimeSpan.FromMilliseconds(20),
    };
    private ServiceHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private INotificationStore Store => host!.Services.GetRequiredService<INotificationStore>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
    }

    [Theory]
    [InlineData("reset", "de", "Neues Passwort wählen")]
    [InlineData("invitation", "es-MX", "Le invitan a SmartQueue")]
    [InlineData("verification", null, "Confirm your email address")]
    public async Task A_link_is_mailed_once_in_the_language_asked_for_and_shown_to_no_one(string kind, string? language, string subject)
    {
        var sender = new FakeSender();
        await StartAsync(sender);
        // Switching mails off is for news of tickets.
        await Store.SavePreferencesAsync("u1", Preferences.Default with { Email = false }, Token);
        var issued = Issued(kind) with { Language = language };
        await PublishAsync(issued, issued);
        var sent = await OneAsync(DeliveryStatus.Sent);
        var mailed = Assert.Single(sender.Sent);
        Assert.Equal(("ann@example.org", subject), (mailed.Recipient, mailed.Subject));
        Assert.Contains(Link, mailed.Text(), StringComparison.Ordinal);
        Assert.Null(sent.Link);
        Assert.Null(sent.Recipient);
        foreach (var reader in new[] { host!.SignedIn("op", "operator"), host.SignedIn("u1", "user") })
        {
            var history = await reader.GetStringAsync(new Uri("/api/notifications", UriKind.Relative), Token);
            Assert.DoesNotContain("a-secret", history, StringComparison.Ordinal);
            Assert.DoesNotContain("{link}", history, StringComparison.Ordinal);
            Assert.Contains("\"template\":\"" + kind, history, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task While_it_waits_to_be_sent_nobody_reads_it_either()
    {
        var sender = new FakeSender { Otherwise = FakeSender.Fails(DeliveryFault.NotTaken) };
        await StartAsync(sender);
        await PublishAsync(Issued("reset"));
        await Eventually.TrueAsync(() => Task.FromResult(!sender.Attempts.IsEmpty));
        Assert.DoesNotContain(
            "a-secret",
            await host!.SignedIn("op", "operator").GetStringAsync(new Uri("/api/notifications", UriKind.Relative), Token),
            StringComparison.Ordinal
        );
        Assert.Null((await OneAsync(DeliveryStatus.Failed)).Link);
    }

    [Fact]
    public async Task Without_a_mail_server_the_link_is_not_even_kept()
    {
        await StartAsync();
        await PublishAsync(Issued("reset"));
        var kept = await OneAsync(DeliveryStatus.Suppressed);
        Assert.Equal((null, null, "No mail server is set (SMTP_URL)."), (kept.Link, kept.Recipient, kept.LastError));
    }

    [Fact]
    public async Task A_link_that_has_ended_is_given_up_and_one_that_was_mailed_is_not_sent_again_by_hand()
    {
        var sender = new FakeSender();
        await StartAsync(sender);
        await PublishAsync(Issued("reset") with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) });
        Assert.Null((await OneAsync(DeliveryStatus.Suppressed)).Link);
        // It ended while it waited.
        var now = DateTimeOffset.UtcNow;
        var late = Samples.Pending() with
        {
            Template = TemplateNames.Reset,
            Link = Link,
            LinkEndsAt = now.AddSeconds(-1),
            CreatedAt = now,
            PendingSince = now,
            NextAttemptAt = now,
        };
        await Store.AddAsync(late, null, Token);
        var failed = await OneAsync(DeliveryStatus.Failed);
        Assert.Equal((null, null), (failed.Link, failed.Recipient));
        Assert.Empty(sender.Sent);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await host!.SignedIn("op", "operator").PostAsync($"/api/notifications/{failed.Id}/retry", null, Token)).StatusCode
        );
    }

    private static AccountLinkIssued Issued(string kind) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            UserId = "u1",
            Version = 2,
            Email = "ann@example.org",
            Kind = kind,
            Link = Link,
            ExpiresAt = DateTimeOffset.UtcNow.AddHours(1),
        };

    private async Task StartAsync(params ISender[] senders) =>
        host = await ServiceHost.StartAsync([new NotificationsModule()], configure: services =>
        {
            services.AddSingleton(Quick with { Attempts = 2 });
            foreach (var sender in senders)
                services.AddSingleton(sender);
        });

    private async Task PublishAsync(params AccountLinkIssued[] all)
    {
        var bus = host!.Services.GetRequiredService<IEventPublisher>();
        foreach (var issued in all)
            await bus.PublishAsync(issued, Token);
    }

    private async Task<Notification> OneAsync(string status) =>
        (await Eventually.GetAsync(() => Store.ListAsync(new(null, Channels.Email, status), null, 10, Token), l => l.Count == 1))[0];
}
