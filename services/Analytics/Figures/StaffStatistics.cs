namespace SmartQueue.Analytics.Figures;

/// <summary>What a person did at counters within a range. Durations are seconds.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Open">At open counters.</param>
/// <param name="Busy">With tickets, each from its last call until it was closed, a day at most. A ticket counts in full for whoever called or
/// served it last.</param>
/// <param name="Idle">Open less busy, and never below 0.</param>
/// <param name="Break">On breaks.</param>
/// <param name="Services">Tickets whose service ended within the range.</param>
/// <param name="AverageServiceTime">From the begin of service to its end, mean; <c>null</c> without any.</param>
internal sealed record StaffStatistics(
    string UserId,
    double Open,
    double Busy,
    double Idle,
    double Break,
    int Services,
    double? AverageServiceTime
);
