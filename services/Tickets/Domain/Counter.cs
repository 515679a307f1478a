using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Tickets.Domain;

/// <summary>A desk where people are served. Immutable: each move gives the next state with its event.</summary>
internal sealed record Counter
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    public required string Name { get; init; }

    /// <summary>The queues it serves; empty for any queue of its branch.</summary>
    public required IReadOnlyList<QueueRank> Queues { get; init; }

    public required CounterRule Rule { get; init; }

    public required CounterStatus Status { get; init; }

    public string? BreakReason { get; init; }

    /// <summary>The account that sits there; <c>null</c> while it is closed.</summary>
    public string? OperatorId { get; init; }

    /// <summary>Since when status and operator are as they are, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Set on what is left of a deleted counter where its last event still has to be carried.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public required long Version { get; init; }

    /// <summary>As tickets name it.</summary>
    public CounterRef Ref() => new(Id, Name);

    /// <summary>Whether it may call from a queue.</summary>
    public bool Serves(string queueId) => Queues.Count == 0 || Queues.Any(q => q.QueueId == queueId);

    /// <summary>The rank of a queue here; all are equal unless it goes by rank.</summary>
    public int RankOf(string queueId) => Rule == CounterRule.Ranked ? Queues.FirstOrDefault(q => q.QueueId == queueId)?.Rank ?? 1 : 1;

    /// <summary>A new counter, closed.</summary>
    public static CounterChange Create(string id, CounterDefinition definition, DateTimeOffset at, string? by)
    {
        var counter = new Counter
        {
            Id = id,
            BranchId = definition.BranchId,
            Name = definition.Name,
            Queues = definition.Queues,
            Rule = definition.Rule,
            Status = CounterStatus.Closed,
            Since = at,
            Version = 1,
        };
        return new(
            counter,
            new CounterCreated
            {
                EventId = EventId(at),
                OccurredAt = at,
                CounterId = id,
                Version = counter.Version,
                Counter = counter.State(),
                By = by,
            }
        );
    }

    /// <summary>The same desk under another definition; whom it holds and who sits there stay. The branch is for ever.</summary>
    public CounterChange Define(CounterDefinition definition, DateTimeOffset at, string? by)
    {
        var next = this with { Name = definition.Name, Queues = definition.Queues, Rule = definition.Rule, Version = Version + 1 };
        return new(next, next.Told(at, by));
    }

    /// <summary>The counter as it is, to tell again.</summary>
    public CounterUpdated Told(DateTimeOffset at, string? by = null) =>
        new()
        {
            EventId = EventId(at),
            OccurredAt = at,
            CounterId = Id,
            Version = Version,
            Counter = State(),
            By = by,
        };

    /// <summary>Somebody sits down, comes back, or takes over.</summary>
    /// <param name="operatorId">Who.</param>
    /// <param name="takeOver">Whether it may be another's desk.</param>
    /// <param name="at">Now, UTC.</param>
    /// <exception cref="RefusedException"><c>COUNTER_TAKEN</c>.</exception>
    public CounterChange Open(string operatorId, bool takeOver, DateTimeOffset at)
    {
        if (!takeOver)
            RequireOperator(operatorId);
        var next = this with
        {
            Status = CounterStatus.Open,
            BreakReason = null,
            OperatorId = operatorId,
            Since = at,
            Version = Version + 1,
        };
        return new(
            next,
            new CounterOpened
            {
                EventId = EventId(at),
                OccurredAt = at,
                CounterId = Id,
                Version = next.Version,
                Counter = next.State(),
                By = operatorId,
            }
        );
    }

    /// <summary>Its operator leaves for a while.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_TAKEN</c>, or <c>INVALID_TRANSITION</c> where it is closed.</exception>
    public CounterChange Break(string? reason, string operatorId, DateTimeOffset at)
    {
        RequireOperator(operatorId);
        if (Status == CounterStatus.Closed)
            throw new RefusedException(ErrorCodes.InvalidTransition, $"Counter {Name} is closed. Open it before you take a break from it.");
        var next = this with { Status = CounterStatus.Break, BreakReason = reason, Since = at, Version = Version + 1 };
        return new(
            next,
            new CounterOnBreak
            {
                EventId = EventId(at),
                OccurredAt = at,
                CounterId = Id,
                Version = next.Version,
                Counter = next.State(),
                By = operatorId,
            }
        );
    }

    /// <summary>Nobody sits there any more; any operator may say so.</summary>
    public CounterChange Close(DateTimeOffset at, string? by)
    {
        var next = this with { Status = CounterStatus.Closed, BreakReason = null, OperatorId = null, Since = at, Version = Version + 1 };
        return new(
            next,
            new CounterClosed
            {
                EventId = EventId(at),
                OccurredAt = at,
                CounterId = Id,
                Version = next.Version,
                Counter = next.State(),
                By = by,
            }
        );
    }

    public CounterChange Delete(DateTimeOffset at, string? by)
    {
        var next = this with { DeletedAt = at, Version = Version + 1 };
        return new(
            next,
            new CounterDeleted
            {
                EventId = EventId(at),
                OccurredAt = at,
                CounterId = Id,
                Version = next.Version,
                Counter = next.State(),
                By = by,
            }
        );
    }

    /// <summary>Refuses to call here for somebody who does not sit here, and while nobody works here.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_TAKEN</c>, or <c>INVALID_TRANSITION</c> where it is not open.</exception>
    public void RequireOpenFor(string operatorId)
    {
        RequireOperator(operatorId);
        if (Status != CounterStatus.Open)
            throw new RefusedException(
                ErrorCodes.InvalidTransition,
                $"Counter {Name} is {(Status == CounterStatus.Closed ? "closed" : "on a break")}. Open it before you call."
            );
    }

    private void RequireOperator(string operatorId)
    {
        if (OperatorId is not null && OperatorId != operatorId)
            throw new RefusedException(
                ErrorCodes.CounterTaken,
                $"Somebody else sits at counter {Name}. Choose another counter, or take this one over."
            );
    }

    private static Guid EventId(DateTimeOffset at) => Guid.CreateVersion7(at);

    private CounterState State() =>
        new()
        {
            Id = Id,
            BranchId = BranchId,
            Name = Name,
            Queues = Queues,
            Rule = Rule,
            Status = Status,
            BreakReason = BreakReason,
            OperatorId = OperatorId,
            Since = Since,
            Version = Version,
        };
}
