using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Following;

/// <summary>A ticket whose holder is told how its line goes on.</summary>
internal sealed class FollowedTicket
{
    private const int LeastChange = 5 * 60;
    private const int Percent = 100;
    private static readonly TimeSpan LeastGap = TimeSpan.FromMinutes(5);

    public required string TicketId { get; init; }

    /// <summary>The number people see.</summary>
    public required string Number { get; init; }

    /// <summary>The queue it stands in.</summary>
    public required string QueueId { get; init; }

    public required string QueueName { get; init; }

    /// <summary>The branch of its queue.</summary>
    public required string? BranchId { get; init; }

    /// <summary>The account; <c>null</c> for a guest.</summary>
    public string? UserId { get; init; }

    /// <summary>When it joined, as far as is known, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The language of its messages.</summary>
    public string? Language { get; init; }

    // Where they stood, and what they were told, last.
    private int? position;
    private int? wait;
    private DateTimeOffset placedAt;
    private DateTimeOffset toldAt;

    /// <summary>The ticket that joined by this notice; <c>null</c> for another notice.</summary>
    public static FollowedTicket? Of(Notification joined) =>
        joined is { Line: { } line, TicketId: { } ticketId }
            ? new()
            {
                TicketId = ticketId,
                Number = line.Number,
                QueueId = line.QueueId,
                QueueName = line.QueueName,
                BranchId = joined.BranchId,
                Since = joined.CreatedAt,
                UserId = joined.UserId,
                Language = joined.Language,
            }
            : null;

    /// <summary>Takes in where it stands now.</summary>
    /// <param name="place">Where that is.</param>
    /// <param name="computedAt">When that was found, UTC.</param>
    /// <param name="options">What is worth telling.</param>
    /// <param name="now">UTC.</param>
    /// <returns>What its holder is to be told of it: a template, and the key that makes it be told once; <c>null</c> for nothing.</returns>
    public (string Template, string Key)? Moved(LinePlace place, DateTimeOffset computedAt, LineOptions options, DateTimeOffset now)
    {
        // Overtaken on its way.
        if (computedAt < placedAt)
            return null;
        placedAt = computedAt;
        var before = position;
        position = place.Position;
        var (at, seconds) = place;
        if (before is null)
        {
            // They have just seen it.
            wait = seconds;
            toldAt = now;
            return null;
        }

        var reached = options.Positions.Where(p => at <= p && before > p).ToList();
        if (reached.Count > 0)
        {
            Told(seconds, now);
            return (TemplateNames.Position, $"{TicketId}:position:{reached[^1]}");
        }

        var change = Math.Abs(seconds - (wait ??= seconds));
        if (
            options.WaitChange == 0
            || now - toldAt < LeastGap
            || change < LeastChange
            || (long)change * Percent < (long)options.WaitChange * wait
        )
            return null;
        Told(seconds, now);
        return (TemplateNames.WaitChanged, $"{TicketId}:wait:{Minutes(seconds)}");
    }

    /// <summary>Seconds as minutes, rounded up: nobody is shown a second.</summary>
    public static int Minutes(int seconds) => Math.Max(1, (seconds + 59) / 60);

    private void Told(int seconds, DateTimeOffset now)
    {
        wait = seconds;
        toldAt = now;
    }
}
