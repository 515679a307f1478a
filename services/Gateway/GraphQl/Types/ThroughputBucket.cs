namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What happened in a quarter of an hour, an hour or a day. Durations are seconds, and null where nobody was called.</summary>
/// <param name="From">When it begins.</param>
/// <param name="Created">Tickets that joined in it.</param>
/// <param name="Called">Tickets first called in it.</param>
/// <param name="Served">Tickets whose service ended in it.</param>
/// <param name="WaitP50">Wait of the tickets first called in it, median.</param>
/// <param name="WaitP90">The same, 90th percentile.</param>
/// <param name="PromisedWait">What those of them who had a promise to be kept were told on joining, mean.</param>
/// <param name="ActualWait">What these waited, mean.</param>
internal sealed record ThroughputBucket(
    DateTimeOffset From,
    int Created,
    int Called,
    int Served,
    double? WaitP50,
    double? WaitP90,
    double? PromisedWait,
    double? ActualWait
);
