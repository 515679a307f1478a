namespace SmartQueue.Analytics;

/// <summary>What happened in an hour or a day to the tickets of the range.</summary>
/// <param name="From">When it begins, UTC.</param>
/// <param name="Created">Tickets that joined in it.</param>
/// <param name="Called">Tickets first called in it.</param>
/// <param name="Served">Tickets whose service ended in it.</param>
internal sealed record ThroughputBucket(DateTimeOffset From, int Created, int Called, int Served);
