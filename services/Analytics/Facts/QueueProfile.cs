using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Facts;

/// <summary>What analytics keeps of a queue's definition. A deleted queue keeps its profile: its past stays readable.</summary>
internal sealed record QueueProfile
{
    /// <summary>The queue's id, which is the key of its profile.</summary>
    public required string QueueId { get; init; }

    /// <summary>The branch it is in, for ever.</summary>
    public string BranchId { get; init; } = Branches.Main;

    /// <summary>The name people read, as in the latest definition.</summary>
    public required string Name { get; init; }

    /// <summary>IANA time zone of its days and hours.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Seconds within which a customer should be called.</summary>
    public required int SlaWaitTime { get; init; }

    /// <summary>The definition's version; the highest is kept.</summary>
    public required long Version { get; init; }

    /// <summary>The profile of a definition.</summary>
    public static QueueProfile Of(QueueDefinition queue) =>
        new()
        {
            QueueId = queue.Id,
            BranchId = queue.BranchId,
            Name = queue.Name,
            TimeZone = queue.TimeZone,
            SlaWaitTime = queue.SlaWaitTime,
            Version = queue.Version,
        };
}
