using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>A counter as the ticket service told it last.</summary>
internal sealed record Counter
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    public required string Name { get; init; }

    /// <summary>The ids of the queues it serves; empty for any queue of its branch.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Whether it is no more. It is kept all the same, for what is told late of it.</summary>
    public required bool IsDeleted { get; init; }

    /// <summary>Names it had, which queues may list still; that of a deleted one is among them.</summary>
    public IReadOnlyList<string> Former { get; init; } = [];

    public required long Version { get; init; }

    /// <summary>What an event tells.</summary>
    public static Counter Of(CounterState state, bool isDeleted) =>
        new()
        {
            Id = state.Id,
            BranchId = state.BranchId,
            Name = state.Name,
            Queues = [.. state.Queues.Select(q => q.QueueId)],
            IsDeleted = isDeleted,
            Version = state.Version,
        };

    /// <summary>The same, after what was known before; <c>null</c> where that is nothing.</summary>
    public Counter After(Counter? known)
    {
        IEnumerable<string> names = known is null ? [] : [.. known.Former, known.Name];
        return this with { Former = IsDeleted ? [.. names.Append(Name).Distinct()] : [.. names.Where(n => n != Name).Distinct()] };
    }
}
