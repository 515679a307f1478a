using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Outbox;

namespace SmartQueue.Notifications.Tests;

/// <summary>What every store of notifications promises.</summary>
public abstract class NotificationStoreContract : IAsyncLifetime
{
    private static readonly NotificationFilter Everything = new(null, null, null);
    private INotificationStore store = null!;
    private IOutbox outbox = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (var opened, outbox) = await OpenAsync();
        store = (INotificationStore)opened;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>A prepared, empty store and its outbox.</summary>
    protected abstract Task<(object Store, IOutbox Outbox)> OpenAsync();

    [Fact]
    public async Task A_notification_is_kept_as_it_was_made_and_announced()
    {
        var notification = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1")));
        Assert.True(await store.AddAsync(notification, Token));
        Assert.Equal(notification, Assert.Single(await store.ListAsync(Everything, null, 10, Token)));
        var created = Assert.IsType<NotificationCreated>(Assert.Single(await outbox.ClaimAsync(10, [], Token)).Event());
        Assert.Equal((notification.Id, "user-1", "t", "inapp", notification.Message), (created.NotificationId, created.UserId, created.TicketId, created.Type, created.Message));
    }

    [Fact]
    public async Task An_event_makes_one_notification_a_channel_however_often_it_comes()
    {
        var cause = Samples.Called(Samples.Ticket());
        var kept = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.AddAsync(Samples.Notification(cause, i), Token)));
        Assert.Single(kept, k => k);
        Assert.True(await store.AddAsync(Samples.Notification(cause) with { Type = Channels.Email, Status = Statuses.Pending }, Token));
        Assert.Equal(2, (await store.ListAsync(Everything, null, 10, Token)).Count);
        Assert.Single(await outbox.ClaimAsync(10, [], Token));
    }

    [Fact]
    public async Task A_suppressed_notification_is_kept_and_not_announced()
    {
        Assert.True(await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket()), wanted: false), Token));
        Assert.Equal("suppressed", Assert.Single(await store.ListAsync(Everything, null, 10, Token)).Status);
        Assert.Empty(await outbox.ClaimAsync(10, [], Token));
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged_newest_first()
    {
        var mine = new List<Notification>();
        for (var i = 0; i < 5; i++)
        {
            mine.Add(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1")), i));
            await store.AddAsync(mine[i], Token);
        }

        var guest = Samples.Notification(Samples.Called(Samples.Ticket()), 9);
        var off = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-2")), 10, wanted: false);
        await store.AddAsync(guest, Token);
        await store.AddAsync(off, Token);

        var first = await store.ListAsync(new("user-1", null, null), null, 2, Token);
        Assert.Equal([mine[4], mine[3]], first);
        Assert.Equal([mine[2], mine[1], mine[0]], await store.ListAsync(new("user-1", "inapp", "sent"), first[1].Id, 10, Token));
        Assert.Equal([off], await store.ListAsync(new(null, null, "suppressed"), null, 10, Token));
        Assert.Empty(await store.ListAsync(new(null, "email", null), null, 10, Token));
        Assert.Equal([off, guest, mine[4]], await store.ListAsync(Everything, null, 3, Token));
    }

    [Fact]
    public async Task Preferences_are_replaced()
    {
        Assert.Null(await store.FindPreferencesAsync("user-1", Token));
        await store.SavePreferencesAsync("user-1", Preferences.Default with { Language = "de" }, Token);
        var preferences = new Preferences { Inapp = false, Email = true, Sms = false, Push = true };
        await store.SavePreferencesAsync("user-1", preferences, Token);
        Assert.Equal(preferences, await store.FindPreferencesAsync("user-1", Token));
        Assert.Null(await store.FindPreferencesAsync("user-2", Token));
    }

    [Fact]
    public async Task Nothing_of_an_erased_account_is_kept_whatever_comes_after()
    {
        await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1"))), Token);
        await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-2")), 1), Token);
        await store.SavePreferencesAsync("user-1", Preferences.Default, Token);
        await store.EraseUserAsync("user-1", Token);
        await store.EraseUserAsync("user-1", Token);
        Assert.False(await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1"))), Token));
        Assert.Equal("user-2", Assert.Single(await store.ListAsync(Everything, null, 10, Token)).UserId);
        Assert.Null(await store.FindPreferencesAsync("user-1", Token));
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => store.SavePreferencesAsync("user-1", Preferences.Default, Token));
        Assert.Equal(ErrorCodes.UserNotFound, refusal.Code);
        Assert.Null(await store.FindPreferencesAsync("user-1", Token));
    }
}
