namespace SmartQueue.Analytics.Figures;

/// <summary>What counters did within a range.</summary>
/// <param name="From">Begin of the range, UTC.</param>
/// <param name="To">End of the range, UTC, exclusive.</param>
/// <param name="Items">The counters that were open, on a break or busy in it, by branch and name.</param>
internal sealed record CounterReport(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<CounterStatistics> Items);
