namespace SmartQueue.Analytics.Figures;

/// <summary>How many tickets, and what became of them. Each is counted by its present status, but for the first two.</summary>
internal sealed record OutcomeCounts
{
    /// <summary>All of them, whatever became of them since.</summary>
    public required int Created { get; init; }

    /// <summary>Called at least once, whatever came after.</summary>
    public required int Called { get; init; }

    /// <summary>Those whose service was completed.</summary>
    public required int Served { get; init; }

    /// <summary>Given up by the customer or by staff, before or after a call.</summary>
    public required int Cancelled { get; init; }

    /// <summary>Called and did not come.</summary>
    public required int NoShow { get; init; }

    /// <summary>Went on to another queue.</summary>
    public required int Transferred { get; init; }

    /// <summary>Still open when the service day ended.</summary>
    public required int Expired { get; init; }

    /// <summary>In line or set aside now.</summary>
    public required int Waiting { get; init; }
}
