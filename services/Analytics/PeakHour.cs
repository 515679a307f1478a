using SmartQueue.Contracts;

namespace SmartQueue.Analytics;

/// <summary>How many tickets of the range joined in one hour of one day of the week, on the queue's wall clock.</summary>
/// <param name="Weekday"><c>monday</c> to <c>sunday</c>.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Created">Tickets that joined.</param>
internal sealed record PeakHour(WeekDay Weekday, int Hour, int Created);
