namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A time in which a queue gives no numbers: from a time to another, exclusive, or from a first day to a last one.</summary>
internal sealed record ClosureInput(string From, string To, string? Reason);
