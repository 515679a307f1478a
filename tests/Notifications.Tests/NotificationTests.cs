using SmartQueue.Contracts;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Tests;

/// <summary>How far a message has come, from one that is due to one that is settled.</summary>
public sealed class NotificationTests
{
    private static readonly DateTimeOffset Now = Samples.Morning;
    private static readonly DateTimeOffset Later = Now.AddMinutes(5);

    private readonly Notification due = Samples.Pending();

    [Fact]
    public void A_claim_is_an_attempt_under_way_and_an_answer_ends_it()
    {
        var claimed = due.Claimed(Later);
        Assert.Equal((1, true, false, Later, due.Version + 1), Claim(claimed));

        Assert.Equal((1, false, false, Later, claimed.Version + 1), Claim(claimed.Postponed(Later, "busy")));
        Assert.Equal("busy", claimed.Postponed(Later, "busy").LastError);
    }

    [Fact]
    public void Who_claims_what_was_claimed_before_and_not_answered_knows_that_it_may_have_been_sent()
    {
        var again = due.Claimed(Later).Claimed(Later.AddMinutes(5));

        Assert.Equal((2, true, true, Later.AddMinutes(5), due.Version + 2), Claim(again));
        Assert.False(again.Postponed(Later, "busy").Interrupted);
        Assert.False(again.Postponed(Later, "busy").Claimed(Later).Interrupted);
    }

    [Fact]
    public void What_is_sent_is_told_once_as_it_is_and_nothing_else_is()
    {
        Assert.Empty(due.Announcement());

        var sent = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1")));
        var told = Assert.IsType<NotificationCreated>(Assert.Single(sent.Announcement()));
        Assert.Equal((sent.Id, 1L, sent.CreatedAt, sent.Message), (told.NotificationId, told.Version, told.OccurredAt, told.Message));
    }

    [Fact]
    public void Released_it_stands_as_before_the_claim()
    {
        Assert.Equal((0, false, false, Now, due.Version + 2), Claim(due.Claimed(Later).Released(Now)));

        // Whoever claimed it first never said how it went: that stays true.
        var interrupted = due.Claimed(Later).Claimed(Later).Released(Now);
        Assert.Equal((1, true, false, Now, due.Version + 3), Claim(interrupted));
        Assert.True(interrupted.Claimed(Later).Interrupted);
    }

    [Fact]
    public void Deferred_it_was_not_tried_and_the_first_reason_stays()
    {
        var deferred = due.Deferred(Later);

        Assert.Equal((0, false, false, Later, due.Version + 1), Claim(deferred));
        Assert.Equal(Notification.Away, deferred.LastError);
        Assert.Equal("busy", due.Claimed(Later).Postponed(Later, "busy").Deferred(Later).LastError);
    }

    [Fact]
    public void Settled_nothing_is_left_to_do_and_sent_nobodys_address_is_kept()
    {
        var claimed = due.Claimed(Later).Claimed(Later) with { Reached = ["one"] };

        foreach (var settled in new[] { claimed.Delivered(Later), claimed.GivenUp("refused"), claimed.Withheld("nowhere") })
        {
            Assert.Equal((2, false, false, null, claimed.Version + 1), Claim(settled));
            Assert.Null(settled.PendingSince);
            Assert.Null(settled.Reached);
        }

        Assert.Equal((DeliveryStatus.Sent, Later, null, null), Outcome(claimed.Delivered(Later)));
        Assert.Equal((DeliveryStatus.Failed, null, "refused", "ann@example.org"), Outcome(claimed.GivenUp("refused")));
        Assert.Equal((DeliveryStatus.Suppressed, null, "nowhere", "ann@example.org"), Outcome(claimed.Withheld("nowhere")));
    }

    [Fact]
    public void What_had_a_link_keeps_neither_link_nor_address()
    {
        var settled = (due with { Link = "https://queue.example/reset#secret" }).Claimed(Later).GivenUp("refused");

        Assert.Null(settled.Link);
        Assert.Null(settled.Recipient);
    }

    [Fact]
    public void Put_back_it_is_due_at_once_with_all_its_attempts()
    {
        var failed = (due.Claimed(Later).Claimed(Later) with { Reached = ["one"] }).GivenUp("refused");

        var back = failed.PutBack(Later);

        Assert.Equal((0, false, false, Later, failed.Version + 1), Claim(back));
        Assert.Equal((DeliveryStatus.Pending, Later), (back.Status, back.PendingSince));
    }

    [Fact]
    public void What_tells_of_a_guest_is_theirs_from_the_visit_on_until_it_is_forgotten()
    {
        var failed = due.Claimed(Later).GivenUp("refused");

        Assert.Null(due.ContactLeftAt());
        Assert.Equal(due.CreatedAt, failed.ContactLeftAt());
        Assert.Equal(due.CreatedAt, (failed with { Message = "" }).ContactLeftAt());
        Assert.Equal(due.CreatedAt, due.Claimed(Later).Delivered(Later).ContactLeftAt());
        Assert.Null(failed.Anonymous().ContactLeftAt());
        Assert.Null(Samples.Pending("user-1").Claimed(Later).GivenUp("refused").ContactLeftAt());
    }

    private static (int Attempts, bool InFlight, bool Interrupted, DateTimeOffset? Next, long Version) Claim(Notification n) =>
        (n.Attempts, n.InFlight, n.Interrupted, n.NextAttemptAt, n.Version);

    private static (string Status, DateTimeOffset? SentAt, string? Why, string? Recipient) Outcome(Notification n) =>
        (n.Status, n.SentAt, n.LastError, n.Recipient);
}
