namespace SmartQueue.Analytics.Figures;

/// <summary>What a counter did within a range. Durations are seconds.</summary>
/// <param name="CounterId">The counter; <c>null</c> for a name at which tickets were called before counters had ids.</param>
/// <param name="Name">The last name it had in the range.</param>
/// <param name="BranchId">The branch it stands in.</param>
/// <param name="Open">Open, with whoever sat there.</param>
/// <param name="Busy">With a ticket, from its last call there until it was closed; also where nobody opened the counter. A ticket counts for a
/// day at most, and one that is still there up to now.</param>
/// <param name="Idle">Open less busy, and never below 0.</param>
/// <param name="Break">On a break.</param>
/// <param name="Services">Tickets whose service ended there within the range.</param>
/// <param name="AverageServiceTime">From the begin of service to its end, mean; <c>null</c> without any.</param>
internal sealed record CounterStatistics(
    string? CounterId,
    string Name,
    string BranchId,
    double Open,
    double Busy,
    double Idle,
    double Break,
    int Services,
    double? AverageServiceTime
);
