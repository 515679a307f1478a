namespace SmartQueue.Appointments.Domain;

/// <summary>A calendar of a branch's or a queue's appointments that anyone reads who has its link.</summary>
internal sealed record Feed
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    /// <summary>The only queue in it; <c>null</c> for all of the branch.</summary>
    public string? QueueId { get; init; }

    /// <summary>SHA-256 of the secret in its link.</summary>
    public required string SecretHash { get; init; }

    /// <summary>The account that made it.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last day on which it was read, UTC; <c>null</c> if it never was.</summary>
    public DateOnly? LastUsedOn { get; init; }
}
