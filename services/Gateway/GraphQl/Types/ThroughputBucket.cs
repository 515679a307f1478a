namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What happened in an hour.</summary>
internal sealed record ThroughputBucket(DateTimeOffset From, int Created, int Called, int Served);
