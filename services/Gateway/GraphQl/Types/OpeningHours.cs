namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A stretch of a week in which a queue gives numbers: <c>{day: "monday", opens: "09:00", closes: "17:30"}</c>.</summary>
internal sealed record OpeningHours(string Day, string Opens, string Closes);
