using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Rollups;

/// <summary>When a counter was busy with a ticket: from the last call there until the ticket was closed.</summary>
internal static class HeldTime
{
    /// <summary>A day. A service that somebody forgot to end is not counted for longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The time of a ticket; <c>null</c> where no counter has or had it: never called, back in line, or set aside.</summary>
    /// <param name="fact">The ticket.</param>
    /// <param name="now">Up to when it counts while its counter still has it.</param>
    public static TimeRange? Of(TicketFact fact, DateTimeOffset now)
    {
        if (fact.Counter is null || fact.CalledAt is not { } called)
            return null;
        if ((fact.ClosedAt ?? (IsRunning(fact) ? now : null)) is not { } end)
            return null;
        if (end > called + Longest)
            end = called + Longest;
        return new TimeRange(called, end > called ? end : called);
    }

    /// <summary>Whether a counter has it now.</summary>
    public static bool IsRunning(TicketFact fact) =>
        fact is { ClosedAt: null, Counter: not null, Status: TicketStatus.Called or TicketStatus.Serving };

    /// <summary>The hours whose rollups of counters may tell of it, by what any event told of it; none before it was first closed.</summary>
    public static IEnumerable<long> Hours(TicketFact fact)
    {
        if (fact.FirstCalledAt is not { } first || fact.LastEnd() is not { } last)
            yield break;
        for (var hour = RollupHour.Of(first); hour <= RollupHour.Of(last); hour++)
            yield return hour;
    }
}
