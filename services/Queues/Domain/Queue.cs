using System.Text.Json.Serialization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues.Domain;

/// <summary>A queue as it is defined. Immutable: each change gives the next state with its event.</summary>
internal sealed record Queue
{
    /// <summary>Its definition, as it is told to others: what is its branch's stands in it as if it were the queue's.</summary>
    public required QueueDefinition Definition { get; init; }

    /// <summary>What of it is its own.</summary>
    public OwnSchedule Own { get; init; } = OwnSchedule.All;

    public Announcement? Announcement { get; init; }

    /// <summary>Set on what is left of a deleted queue where its last event still has to be carried.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    [JsonIgnore]
    public string Id => Definition.Id;

    [JsonIgnore]
    public long Version => Definition.Version;

    /// <summary>Whether this machine knows its time zone.</summary>
    public bool KnowsTimeZone() => ServiceCalendar.FindZone(Definition.TimeZone) is not null;

    /// <summary>A new queue.</summary>
    /// <param name="id">Its id, for ever.</param>
    /// <param name="wanted">What a manager decided; identity, times and version are given here.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="own">What of it is its own; all of it where that is not said.</param>
    public static QueueChange Create(string id, QueueDefinition wanted, DateTimeOffset at, OwnSchedule? own = null)
    {
        var queue = new Queue
        {
            Definition = wanted with { Id = id, CreatedAt = at, UpdatedAt = at, Version = 1 },
            Own = own ?? OwnSchedule.All,
        };
        return new(
            queue,
            new QueueCreated
            {
                EventId = EventId(at),
                OccurredAt = at,
                QueueId = id,
                Version = queue.Version,
                Queue = queue.Definition,
            }
        )
        {
            Takes = wanted.Prefix,
        };
    }

    /// <summary>The same queue as a manager wants it now; identity, branch, times and version stay its own, and so does its prefix where
    /// none is wanted.</summary>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="own">What of it is its own from now on; as before where that is not said.</param>
    public QueueChange Define(QueueDefinition wanted, DateTimeOffset at, OwnSchedule? own = null)
    {
        var prefix = wanted.Prefix.Length > 0 ? wanted.Prefix : Definition.Prefix;
        var next = this with { Definition = Next(wanted with { Prefix = prefix }, at), Own = own ?? Own };
        return new(next, next.Told(at)) { Takes = prefix == Definition.Prefix ? null : prefix };
    }

    /// <summary>The same queue with what its branch has now; <c>null</c> where that is what it has.</summary>
    public QueueChange? Follow(BranchState branch, DateTimeOffset at)
    {
        var wanted = Own.Fill(Definition, branch);
        if (
            wanted.TimeZone == Definition.TimeZone
            && Same(wanted.OpeningHours, Definition.OpeningHours)
            && Same(wanted.Closures, Definition.Closures)
        )
            return null;
        var next = this with { Definition = Next(wanted, at) };
        return new(next, next.Told(at));
    }

    /// <summary>The same queue with the name that a counter it lists has now, or without it where that is deleted; <c>null</c> where it does
    /// not list it, or has it so.</summary>
    public QueueChange? Follow(Counter counter, DateTimeOffset at)
    {
        IReadOnlyList<QueueCounter> counters =
        [
            .. Definition
                .Counters.Select(c => IsIt(c) ? new QueueCounter(counter.Name) { Id = counter.Id } : c)
                .Where(c => !counter.IsDeleted || c.Id != counter.Id)
                .DistinctBy(c => c.Name, StringComparer.OrdinalIgnoreCase),
        ];
        if (Same(counters, Definition.Counters))
            return null;
        var next = this with { Definition = Next(Definition with { Counters = counters }, at) };
        return new(next, next.Told(at));

        bool IsIt(QueueCounter listed) =>
            listed.Id is { } id ? id == counter.Id : counter.Former.Contains(listed.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The counters it lists, each as it is now, and behind them those that were given this queue. Those that serve any queue are
    /// of none.</summary>
    /// <param name="ofBranch">The counters that its branch has.</param>
    public IReadOnlyList<QueueCounter> CountersAmong(IReadOnlyCollection<Counter> ofBranch)
    {
        var listed = Definition
            .Counters.Select(c =>
                ofBranch.FirstOrDefault(o => c.Id is null ? o.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase) : o.Id == c.Id)
                    is { } counter
                    ? Told(counter)
                    : c with
                    {
                        Id = null,
                    }
            )
            .ToList();
        return [.. listed, .. ofBranch.Where(o => o.Queues.Contains(Id)).Select(Told).Where(o => listed.TrueForAll(l => l.Id != o.Id))];

        static QueueCounter Told(Counter counter) => new(counter.Name) { Id = counter.Id };
    }

    /// <summary>The definition as it is, to tell again.</summary>
    public QueueUpdated Told(DateTimeOffset at) =>
        new()
        {
            EventId = EventId(at),
            OccurredAt = at,
            QueueId = Id,
            Version = Version,
            Queue = Definition,
        };

    /// <summary>Says something to everyone who waits; <c>null</c> takes it back.</summary>
    public QueueChange Announce(string? message, DateTimeOffset at)
    {
        var next = this with { Definition = Next(Definition, at), Announcement = message is null ? null : new Announcement(message, at) };
        return new(
            next,
            new QueueAnnouncement
            {
                EventId = EventId(at),
                OccurredAt = at,
                QueueId = Id,
                Version = next.Version,
                Message = message,
                Queue = next.Definition,
            }
        );
    }

    public QueueChange Delete(DateTimeOffset at)
    {
        var next = this with { Definition = Next(Definition, at), DeletedAt = at };
        return new(
            next,
            new QueueDeleted
            {
                EventId = EventId(at),
                OccurredAt = at,
                QueueId = Id,
                Version = next.Version,
            }
        );
    }

    /// <summary>
    /// The queue's days, for "today". Where numbers never start again there is no service day to carry past midnight, so it is the local
    /// date.
    /// A queue whose time zone this machine does not know is closed; what is left to tell of it goes by UTC.
    /// </summary>
    public ServiceCalendar Calendar() =>
        new(
            KnowsTimeZone() ? Definition.TimeZone : "UTC",
            Definition.NumberReset == NumberReset.Never ? null : Definition.OpeningHours,
            Definition.NumberReset
        );

    private static bool Same<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        one is null || other is null ? one is null && other is null : one.SequenceEqual(other);

    private static Guid EventId(DateTimeOffset at) => Guid.CreateVersion7(at);

    private QueueDefinition Next(QueueDefinition wanted, DateTimeOffset at) =>
        wanted with
        {
            Id = Id,
            BranchId = Definition.BranchId,
            TimeZoneSince = wanted.TimeZone == Definition.TimeZone ? Definition.TimeZoneSince : at,
            CreatedAt = Definition.CreatedAt,
            UpdatedAt = at,
            Version = Version + 1,
        };
}
