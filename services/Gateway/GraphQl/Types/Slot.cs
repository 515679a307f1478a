namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A time that can be booked.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
/// <param name="Left">How many places are left.</param>
internal sealed record Slot(DateTimeOffset Start, DateTimeOffset End, int Left);
