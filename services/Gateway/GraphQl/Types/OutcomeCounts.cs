namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How many tickets, and what became of them.</summary>
internal sealed record OutcomeCounts(
    int Created,
    int Called,
    int Served,
    int Cancelled,
    int NoShow,
    int Transferred,
    int Expired,
    int Waiting
);
