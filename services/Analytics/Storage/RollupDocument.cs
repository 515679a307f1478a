using System.Globalization;

namespace SmartQueue.Analytics.Storage;

/// <summary>A queue's hour in MongoDB.</summary>
internal sealed record RollupDocument
{
    public required string Id { get; init; }

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

    /// <summary>The id of a queue's hour.</summary>
    public static string IdOf(string queueId, long hour) => string.Create(CultureInfo.InvariantCulture, $"{queueId}/{hour}");
}
