namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How many joined in an hour of the week.</summary>
internal sealed record PeakHour(string Weekday, int Hour, int Created);
