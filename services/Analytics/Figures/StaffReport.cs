namespace SmartQueue.Analytics.Figures;

/// <summary>What people did at counters within a range.</summary>
/// <param name="From">Begin of the range, UTC.</param>
/// <param name="To">End of the range, UTC, exclusive.</param>
/// <param name="Items">Those of whom anything is known in it, who served most first. Erased accounts are in none.</param>
internal sealed record StaffReport(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<StaffStatistics> Items);
