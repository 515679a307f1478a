using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

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
        Assert.True(await store.AddAsync(notification, null, Token));
        Assert.Equal(notification, Assert.Single(await store.ListAsync(Everything, null, 10, Token)));
        var created = Assert.IsType<NotificationCreated>(Assert.Single(await outbox.ClaimAsync(10, [], Token)).Event());
        Assert.Equal(
            (notification.Id, "user-1", "t", "inapp", notification.Message),
            (created.NotificationId, created.UserId, created.TicketId, created.Type, created.Message)
        );
    }

    [Fact]
    public async Task An_event_makes_one_notification_a_channel_however_often_it_comes()
    {
        var cause = Samples.Called(Samples.Ticket());
        var kept = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.AddAsync(Samples.Notification(cause, i), null, Token)));
        Assert.Single(kept, k => k);
        Assert.True(await store.AddAsync(Samples.Pending() with { EventId = cause.EventId.ToString() }, null, Token));
        Assert.Equal(2, (await store.ListAsync(Everything, null, 10, Token)).Count);
        Assert.Single(await outbox.ClaimAsync(10, [], Token));
    }

    [Fact]
    public async Task A_suppressed_notification_is_kept_and_not_announced()
    {
        Assert.True(await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket()), wanted: false), null, Token));
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
            await store.AddAsync(mine[i], null, Token);
        }

        var guest = Samples.Notification(Samples.Called(Samples.Ticket()), 9);
        var off = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-2")), 10, wanted: false);
        await store.AddAsync(guest, null, Token);
        await store.AddAsync(off, null, Token);

        var first = await store.ListAsync(new("user-1", null, null), null, 2, Token);
        Assert.Equal([mine[4], mine[3]], first);
        Assert.Equal([mine[2], mine[1], mine[0]], await store.ListAsync(new("user-1", "inapp", "sent"), first[1].Id, 10, Token));
        Assert.Equal([off], await store.ListAsync(new(null, null, "suppressed"), null, 10, Token));
        Assert.Empty(await store.ListAsync(new(null, "email", null), null, 10, Token));
        Assert.Equal([off, guest, mine[4]], await store.ListAsync(Everything, null, 3, Token));
    }

    [Fact]
    public async Task Who_is_bound_to_branches_has_full_pages_of_theirs_and_their_own()
    {
        var made = new List<Notification>();
        foreach (var branch in new[] { "north", "south", "south", "north", null, "east", "south" })
        {
            made.Add(Samples.Notification(Samples.Called(Samples.Ticket()), made.Count) with { BranchId = branch });
            await store.AddAsync(made[^1], null, Token);
        }

        var own = Samples.Notification(Samples.Called(Samples.Ticket(userId: "op")), 9) with { BranchId = "south" };
        await store.AddAsync(own, null, Token);
        var bound = Everything with { Reader = new BoundReader("op", ["north", "east"]) };
        var first = await store.ListAsync(bound, null, 3, Token);
        Assert.Equal([own, made[5], made[3]], first);
        Assert.Equal([made[0]], await store.ListAsync(bound, first[^1].Id, 3, Token));
        Assert.Equal([made[3], made[0]], await store.ListAsync(bound with { BranchId = "north" }, null, 3, Token));
        Assert.Equal([own], await store.ListAsync(bound with { BranchId = "south" }, null, 3, Token));
        Assert.Equal([own, made[6], made[2], made[1]], await store.ListAsync(Everything with { BranchId = "south" }, null, 9, Token));
    }

    [Fact]
    public async Task Preferences_are_replaced()
    {
        Assert.Null(await store.FindPreferencesAsync("user-1", Token));
        await store.SavePreferencesAsync("user-1", Preferences.Default with { Language = "de" }, Token);
        var preferences = new Preferences
        {
            Inapp = false,
            Email = true,
            Sms = false,
            Push = true,
        };
        await store.SavePreferencesAsync("user-1", preferences, Token);
        Assert.Equal(preferences, await store.FindPreferencesAsync("user-1", Token));
        Assert.Null(await store.FindPreferencesAsync("user-2", Token));
    }

    [Fact]
    public async Task Nothing_of_an_erased_account_is_kept_whatever_comes_after()
    {
        await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1"))), null, Token);
        await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-2")), 1), null, Token);
        await store.SavePreferencesAsync("user-1", Preferences.Default, Token);
        await store.EraseUserAsync("user-1", Token);
        await store.EraseUserAsync("user-1", Token);
        Assert.False(await store.AddAsync(Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1"))), null, Token));
        Assert.Equal("user-2", Assert.Single(await store.ListAsync(Everything, null, 10, Token)).UserId);
        Assert.Null(await store.FindPreferencesAsync("user-1", Token));
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => store.SavePreferencesAsync("user-1", Preferences.Default, Token));
        Assert.Equal(ErrorCodes.UserNotFound, refusal.Code);
        Assert.Null(await store.FindPreferencesAsync("user-1", Token));
    }

    [Fact]
    public async Task Of_many_that_claim_a_notification_one_gets_it()
    {
        var pending = Samples.Pending();
        await store.AddAsync(pending, null, Token);
        var claimed = pending.Claimed(Samples.Morning.AddMinutes(1));
        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.SaveAsync(claimed, null, Token)));
        Assert.Single(won, w => w);
        Assert.Equal(claimed, await store.FindAsync(pending.Id, Token));
        Assert.False(await store.SaveAsync(pending.Delivered(Samples.Morning), null, Token));
        Assert.True(await store.SaveAsync(claimed.Delivered(Samples.Morning), null, Token));
        Assert.Equal(
            (DeliveryStatus.Sent, 1, null),
            (
                (await store.FindAsync(pending.Id, Token))!.Status,
                (await store.FindAsync(pending.Id, Token))!.Attempts,
                (await store.FindAsync(pending.Id, Token))!.Recipient
            )
        );
    }

    [Fact]
    public async Task What_is_due_comes_by_channel_the_longest_due_first()
    {
        var late = Samples.Pending(second: 5);
        var early = Samples.Pending(second: 1);
        foreach (var n in new[] { late, early, Samples.Pending(second: 9), Samples.Pending(second: 1) with { Type = Channels.Sms } })
            await store.AddAsync(n, null, Token);
        Assert.Equal([early, late], await store.DueAsync(Channels.Email, Samples.Morning.AddSeconds(5), 10, Token));
        Assert.Equal([early], await store.DueAsync(Channels.Email, Samples.Morning.AddSeconds(5), 1, Token));
        Assert.True(await store.SaveAsync(early.Claimed(Samples.Morning.AddMinutes(1)), null, Token));
        Assert.Equal([late], await store.DueAsync(Channels.Email, Samples.Morning.AddSeconds(5), 10, Token));
        Assert.Equal(
            [new("email", 3, Samples.Morning.AddSeconds(1)), new PendingDepth("sms", 1, Samples.Morning.AddSeconds(1))],
            await store.MeasureAsync(Token)
        );
        Assert.Equal(early.Id, (await store.DueAsync(Channels.Email, Samples.Morning.AddMinutes(2), 10, Token))[^1].Id);
    }

    [Fact]
    public async Task A_settled_notification_is_not_due_until_it_is_put_back()
    {
        var pending = Samples.Pending();
        await store.AddAsync(pending, null, Token);
        var failed = pending.Claimed(Samples.Morning).GivenUp("no");
        Assert.True(await store.SaveAsync(pending.Claimed(Samples.Morning), null, Token));
        Assert.True(await store.SaveAsync(failed, null, Token));
        Assert.Empty(await store.DueAsync(Channels.Email, Samples.Morning.AddDays(1), 10, Token));
        Assert.Empty(await store.MeasureAsync(Token));
        Assert.True(await store.SaveAsync(failed.PutBack(Samples.Morning), null, Token));
        Assert.Single(await store.DueAsync(Channels.Email, Samples.Morning, 10, Token));
    }

    [Fact]
    public async Task Under_one_key_one_request_is_kept_with_its_answer()
    {
        var answer = new StoredResponse("key", "request", [1, 2, 3], Samples.Morning);
        Assert.Null(await store.FindAnswerAsync("key", Token));
        Assert.True(await store.AddAsync(Samples.Pending(), answer, Token));
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => store.AddAsync(Samples.Pending(), answer, Token));
        Assert.Single(await store.ListAsync(Everything, null, 10, Token));
        Assert.Equal([1, 2, 3], (await store.FindAnswerAsync("key", Token))!.Sealed);
    }

    [Fact]
    public async Task The_latest_contact_is_kept_until_the_account_is_erased()
    {
        await store.SaveContactAsync(new Contact("user-1", "new@example.org", "+34600", 3), Token);
        await store.SaveContactAsync(new Contact("user-1", "old@example.org", null, 2), Token);
        Assert.Equal(new Contact("user-1", "new@example.org", "+34600", 3), await store.FindContactAsync("user-1", Token));
        await store.EraseUserAsync("user-1", Token);
        Assert.Null(await store.FindContactAsync("user-1", Token));
        await store.SaveContactAsync(new Contact("user-1", "new@example.org", null, 4), Token);
        Assert.Null(await store.FindContactAsync("user-1", Token));
    }

    [Fact]
    public async Task Erasing_takes_what_is_pending_along_also_while_it_is_sent()
    {
        var pending = Samples.Pending(userId: "user-1");
        await store.AddAsync(pending, null, Token);
        var claimed = pending.Claimed(Samples.Morning);
        Assert.True(await store.SaveAsync(claimed, null, Token));
        await store.EraseUserAsync("user-1", Token);
        Assert.False(await store.SaveAsync(claimed.Delivered(Samples.Morning), null, Token));
        Assert.Empty(await store.MeasureAsync(Token));
        Assert.Null(await store.FindAsync(pending.Id, Token));
    }

    [Fact]
    public async Task Erasing_an_account_leaves_no_answer_that_says_what_it_was_told()
    {
        await store.AddAsync(Samples.Pending(userId: "user-1"), Answer("made"), Token);
        var pending = Samples.Pending(userId: "user-1");
        await store.AddAsync(pending, null, Token);
        Assert.True(await store.SaveAsync(pending.Claimed(Samples.Morning), Answer("changed"), Token));
        await store.AddAsync(Samples.Pending(userId: "user-2"), Answer("other"), Token);
        await store.EraseUserAsync("user-1", Token);
        // A store that keeps them with the notification drops them with it.
        Assert.Empty((await store.FindAnswerAsync("made", Token))?.Sealed ?? []);
        Assert.Empty((await store.FindAnswerAsync("changed", Token))?.Sealed ?? []);
        Assert.NotEmpty((await store.FindAnswerAsync("other", Token))!.Sealed);
    }

    [Fact]
    public async Task What_tells_of_a_guest_goes_some_time_after_they_were_told_and_that_they_were_stays()
    {
        var day = Samples.Morning.AddDays(1);
        var told = Samples.Notification(Samples.Called(Samples.Ticket()));
        await store.AddAsync(told, Answer("told"), Token);
        var failed = Samples.Pending();
        await store.AddAsync(failed, null, Token);
        Assert.True(await store.SaveAsync(failed.Claimed(Samples.Morning), null, Token));
        Assert.True(await store.SaveAsync(failed.Claimed(Samples.Morning).GivenUp("ann@example.org is unknown"), null, Token));
        var pending = Samples.Pending(second: 1);
        await store.AddAsync(pending, null, Token);
        var owned = Samples.Notification(Samples.Called(Samples.Ticket("u", "user-1")));
        await store.AddAsync(owned, null, Token);
        await store.SaveSubscriptionAsync(Subscription("https://push.example.org/t", 0, null, "t"), null, Token);
        await store.SaveSubscriptionAsync(Subscription("https://push.example.org/u", 0, "user-1", null), null, Token);

        await store.ForgetContactsAsync(Samples.Morning, Token);
        Assert.Equal(told, await store.FindAsync(told.Id, Token));
        Assert.Equal(2, (await store.SubscriptionsAsync("user-1", "t", Token)).Count);

        await store.ForgetContactsAsync(day, Token);
        Assert.Equal(told with { Subject = "", Message = "" }, await store.FindAsync(told.Id, Token));
        Assert.Empty((await store.FindAnswerAsync("told", Token))!.Sealed);
        var left = (await store.FindAsync(failed.Id, Token))!;
        Assert.Equal(
            (DeliveryStatus.Failed, 1, "", null, null),
            (left.Status, left.Attempts, left.Message, left.Recipient, left.LastError)
        );
        Assert.Equal(pending, await store.FindAsync(pending.Id, Token));
        Assert.Equal(owned, await store.FindAsync(owned.Id, Token));
        Assert.Equal("user-1", (await store.SubscriptionsAsync("user-1", "t", Token)).Single().UserId);
        Assert.DoesNotContain(await Announced(), n => n.NotificationId == told.Id && n.Message.Length > 0);
        Assert.Contains(await Announced(), n => n.NotificationId == owned.Id && n.Message.Length > 0);

        Assert.True(await store.SaveAsync(pending.Claimed(Samples.Morning), null, Token));
        Assert.True(await store.SaveAsync(pending.Claimed(Samples.Morning).GivenUp("no"), null, Token));
        await store.ForgetContactsAsync(day, Token);
        Assert.Null((await store.FindAsync(pending.Id, Token))!.Recipient);

        async Task<List<NotificationCreated>> Announced()
        {
            var entries = await outbox.ClaimAsync(10, [], Token);
            await outbox.ReleaseAsync(entries, Token);
            return [.. entries.Select(e => (NotificationCreated)e.Event())];
        }
    }

    [Fact]
    public async Task A_browser_that_subscribes_again_replaces_itself_and_an_owner_has_the_latest_ten()
    {
        for (var i = 0; i < 12; i++)
            await store.SaveSubscriptionAsync(Subscription($"https://push.example.org/{i}", i, "user-1", null), null, Token);
        await store.SaveSubscriptionAsync(Subscription("https://push.example.org/5", 20, "user-1", null), null, Token);
        await store.SaveSubscriptionAsync(Subscription("https://push.example.org/t", 0, null, "ticket-1"), null, Token);
        var found = await store.SubscriptionsAsync("user-1", null, Token);
        Assert.Equal(["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"], found.Select(s => s.Endpoint.Split('/')[^1]));
        Assert.Equal(11, (await store.SubscriptionsAsync("user-1", "ticket-1", Token)).Count);
        Assert.Equal([1, 2], (await store.SubscriptionsAsync(null, "ticket-1", Token)).Single().Secret);
        Assert.Empty(await store.SubscriptionsAsync(null, null, Token));

        await store.RemoveSubscriptionAsync(found[0].Id, Token);
        await store.EraseUserAsync("user-1", Token);
        Assert.Single(await store.SubscriptionsAsync("user-1", "ticket-1", Token));
        await Assert.ThrowsAsync<RefusedException>(() =>
            store.SaveSubscriptionAsync(Subscription("https://push.example.org/x", 30, "user-1", null), null, Token)
        );
        Assert.Empty(await store.SubscriptionsAsync("user-1", null, Token));

        await store.SaveSubscriptionAsync(Subscription("https://push.example.org/u", 8 * 24 * 3600, null, "ticket-2"), null, Token);
        Assert.Empty(await store.SubscriptionsAsync(null, "ticket-1", Token));
    }

    [Fact]
    public async Task An_address_gets_no_more_messages_a_minute_than_are_allowed_and_each_is_counted_once()
    {
        var now = Samples.Morning;
        var admitted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.AdmitAsync("a", $"m-{i}", 3, now, Token)));
        Assert.Equal(3, admitted.Count(a => a));
        var first = $"m-{Array.IndexOf(admitted, true)}";
        var last = $"m-{Array.IndexOf(admitted, false)}";
        Assert.True(await store.AdmitAsync("a", first, 3, now.AddSeconds(59), Token));
        Assert.False(await store.AdmitAsync("a", last, 3, now.AddSeconds(59), Token));
        Assert.True(await store.AdmitAsync("b", last, 3, now.AddSeconds(59), Token));
        Assert.False(await store.AdmitAsync("a", last, 3, now.AddSeconds(60).AddMilliseconds(-1), Token));
        Assert.True(await store.AdmitAsync("a", last, 3, now.AddSeconds(60), Token));
    }

    [Fact]
    public async Task The_answer_to_a_change_is_kept_with_it_or_nothing_is()
    {
        var (first, second) = (Samples.Pending(), Samples.Pending(second: 1));
        var answer = new StoredResponse("key", "request", [1, 2], Samples.Morning);
        Assert.True(await store.AddAsync(first.GivenUp("no") with { Version = 1 }, null, Token));
        Assert.True(await store.AddAsync(second.GivenUp("no") with { Version = 1 }, null, Token));
        var failed = (await store.FindAsync(first.Id, Token))!;
        var next = failed.PutBack(Samples.Morning);
        Assert.True(await store.SaveAsync(next, answer, Token));
        var kept = await store.FindAnswerAsync("key", Token);
        Assert.Equal((answer.RequestHash, answer.CreatedAt), (kept!.RequestHash, kept.CreatedAt));
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(async () =>
            await store.SaveAsync((await store.FindAsync(second.Id, Token))!.PutBack(Samples.Morning), answer, Token)
        );
        Assert.Equal(DeliveryStatus.Failed, (await store.FindAsync(second.Id, Token))!.Status);
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => store.SaveAsync(next.Claimed(Samples.Morning), answer, Token));
        Assert.Equal(next, await store.FindAsync(first.Id, Token));
    }

    [Fact]
    public async Task The_answer_to_subscribing_outlives_the_subscription()
    {
        var subscription = Subscription("https://push.example.org/1", 0, "user-1", null);
        var answer = new StoredResponse("key", "request", [1, 2], Samples.Morning);
        await store.SaveSubscriptionAsync(subscription, answer, Token);
        await store.RemoveSubscriptionAsync(subscription.Id, Token);
        Assert.Equal("request", (await store.FindAnswerAsync("key", Token))!.RequestHash);
    }

    [Fact]
    public async Task Of_many_that_keep_what_they_heard_of_an_appointment_one_does_and_the_others_know()
    {
        var first = Followed("a");
        var firsts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.SaveAppointmentAsync(first, Token)));
        Assert.Single(firsts, f => f);
        Assert.Equal(first, await store.FindAppointmentAsync("a", Token));
        var next = Heard(first, Samples.Moved(first.Appointment, 1));
        var nexts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.SaveAppointmentAsync(next, Token)));
        Assert.Single(nexts, f => f);
        Assert.Equal(next, await store.FindAppointmentAsync("a", Token));
        Assert.False(await store.SaveAppointmentAsync(first, Token));
        Assert.False(await store.SaveAppointmentAsync(next with { Id = "none" }, Token));
        Assert.Null(await store.FindAppointmentAsync("none", Token));
        var behind = Heard(next, Samples.Behind(next.Appointment, 15));
        Assert.NotNull(behind.ToldDelay);
        Assert.True(await store.SaveAppointmentAsync(behind, Token));
        Assert.Equal(behind, await store.FindAppointmentAsync("a", Token));
    }

    [Fact]
    public async Task Appointments_to_remind_of_come_by_their_time_until_that_is_noted_or_they_are_at_an_end()
    {
        var (late, early, never) = (Followed("late", hours: 3), Followed("early"), Followed("never", hours: -47));
        var (moved, cancelled) = (Followed("moved", hours: 1), Followed("cancelled", hours: 1));
        foreach (var some in new[] { late, early, never, moved, cancelled })
            Assert.True(await store.SaveAppointmentAsync(some, Token));
        var due = Samples.Morning.AddDays(1);
        Assert.True(await store.SaveAppointmentAsync(Heard(moved, Samples.Moved(moved.Appointment, 9)), Token));
        Assert.True(await store.SaveAppointmentAsync(Heard(cancelled, Samples.Cancelled(cancelled.Appointment)), Token));

        Assert.Empty(await store.AppointmentsToRemindAsync(due.AddMilliseconds(-1), 10, Token));
        Assert.Equal([early], await store.AppointmentsToRemindAsync(due, 10, Token));
        Assert.Equal([early, late], await store.AppointmentsToRemindAsync(due.AddHours(3), 10, Token));
        Assert.Equal([early], await store.AppointmentsToRemindAsync(due.AddHours(3), 1, Token));
        Assert.True(await store.SaveAppointmentAsync(early.Reminded(), Token));
        Assert.False(await store.SaveAppointmentAsync(early.Reminded(), Token));
        Assert.Equal(["late", "moved"], (await store.AppointmentsToRemindAsync(due.AddDays(9), 10, Token)).Select(a => a.Id));
    }

    [Fact]
    public async Task What_was_heard_of_an_appointment_goes_after_its_end_and_with_its_account()
    {
        var (over, ahead, mine) = (Followed("over"), Followed("ahead", hours: 1), Followed("mine", userId: "user-1", hours: 9));
        foreach (var some in new[] { over, ahead, mine })
            Assert.True(await store.SaveAppointmentAsync(some, Token));
        await store.ForgetContactsAsync(over.Appointment.End, Token);
        Assert.Equal(over, await store.FindAppointmentAsync("over", Token));
        await store.ForgetContactsAsync(over.Appointment.End.AddMilliseconds(1), Token);
        Assert.Null(await store.FindAppointmentAsync("over", Token));
        Assert.Equal(ahead, await store.FindAppointmentAsync("ahead", Token));

        await store.EraseUserAsync("user-1", Token);
        Assert.Null(await store.FindAppointmentAsync("mine", Token));
        Assert.True(await store.SaveAppointmentAsync(Followed("later", userId: "user-1"), Token));
        Assert.Null(await store.FindAppointmentAsync("later", Token));
        Assert.Equal(["ahead"], (await store.AppointmentsToRemindAsync(Samples.Morning.AddDays(9), 10, Token)).Select(a => a.Id));
    }

    private static FollowedAppointment Followed(string id, string? userId = null, int hours = 0)
    {
        var appointment = Samples.Appointment(id, userId);
        return Heard(
            null,
            Samples.Booked(appointment with { Start = appointment.Start.AddHours(hours), End = appointment.End.AddHours(hours) })
        );
    }

    private static FollowedAppointment Heard(FollowedAppointment? known, IEvent happened) =>
        FollowedAppointment.Hear(known, AppointmentNews.Of(happened), TimeSpan.FromDays(1), Samples.Morning);

    private static StoredResponse Answer(string key) => new(key, "request", [1, 2, 3], Samples.Morning);

    private static PushSubscription Subscription(string endpoint, int second, string? userId, string? ticketId) =>
        new()
        {
            Id = PushSubscription.IdOf(endpoint),
            UserId = userId,
            TicketId = ticketId,
            Endpoint = endpoint,
            PublicKey = [4],
            Secret = [1, 2],
            CreatedAt = Samples.Morning.AddSeconds(second),
        };
}
