using System.Globalization;

namespace SmartQueue.Analytics.Storage;

/// <summary>A queue's hour in MongoDB, or that of the counters of a branch.</summary>
internal sealed record RollupDocument
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    /// <summary>The queue, or <see cref="Rollups.CounterWork.InsteadOfQueue"/>.</summary>
    public required string QueueId { get; init; }

    /// <summary>The hour, counted from 1970 in UTC.</summary>
    public required long Hour { get; init; }

    /// <summary>Counts the facts written to the hour, repeats included: what was made of an earlier state must not replace a later
    /// mark.</summary>
    public required long Generation { get; init; }

    /// <summary>Whether facts may be missing in the data.</summary>
    public required bool Stale { get; init; }

    /// <summary>The packed rollup; <c>null</c> before the first.</summary>
    public byte[]? Data { get; init; }

    /// <summary>The id of an hour. Those that earlier versions made do not name the branch, so they are found by their fields.</summary>
    public static string IdOf(string branchId, string queueId, long hour) =>
        string.Create(CultureInfo.InvariantCulture, $"{branchId}/{queueId}/{hour}");
}
