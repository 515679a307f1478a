namespace SmartQueue.Tickets;

/// <summary>What a line has been doing.</summary>
/// <param name="RecentServiceTimes">The latest service times, newest first.</param>
/// <param name="OpenCounters">Counters that hold a ticket or closed one lately.</param>
/// <param name="BusyCounters">Counters that hold a ticket.</param>
internal sealed record LineActivity(IReadOnlyList<TimeSpan> RecentServiceTimes, int OpenCounters, int BusyCounters);
