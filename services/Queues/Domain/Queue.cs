using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues.Domain;

/// <summary>A queue as it is defined. Immutable: each change gives the next state with its event.</summary>
internal sealed record Queue
{
    public required string Id { get; init; }

    public required QueueSettings Settings { get; init; }

    public Announcement? Announcement { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Set on what is left of a deleted queue where its last event still has to be carried.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public required long Version { get; init; }

    /// <summary>Whether this machine knows its time zone.</summary>
    public bool KnowsTimeZone() => ServiceCalendar.FindZone(Settings.TimeZone) is not null;

    public static QueueChange Create(string id, QueueSettings settings, DateTimeOffset at)
    {
        var queue = new Queue
        {
            Id = id,
            Settings = settings,
            CreatedAt = at,
            UpdatedAt = at,
            Version = 1,
        };
        return new(
            queue,
            new QueueCreated
            {
                EventId = EventId(at),
                OccurredAt = at,
                QueueId = id,
                Version = queue.Version,
                Queue = queue.Definition(),
            }
        );
    }

    public QueueChange Define(QueueSettings settings, DateTimeOffset at)
    {
        var next = Next(at) with { Settings = settings };
        return new(next, next.Told(at));
    }

    /// <summary>The definition as it is, to tell again.</summary>
    public QueueUpdated Told(DateTimeOffset at) =>
        new()
        {
            EventId = EventId(at),
            OccurredAt = at,
            QueueId = Id,
            Version = Version,
            Queue = Definition(),
        };

    /// <summary>Says something to everyone who waits; <c>null</c> takes it back.</summary>
    public QueueChange Announce(string? message, DateTimeOffset at)
    {
        var next = Next(at) with { Announcement = message is null ? null : new Announcement(message, at) };
        return new(
            next,
            new QueueAnnouncement
            {
                EventId = EventId(at),
                OccurredAt = at,
                QueueId = Id,
                Version = next.Version,
                Message = message,
                Queue = next.Definition(),
            }
        );
    }

    public QueueChange Delete(DateTimeOffset at)
    {
        var next = Next(at) with { DeletedAt = at };
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
            KnowsTimeZone() ? Settings.TimeZone : "UTC",
            Settings.NumberReset == NumberReset.Never ? null : Settings.OpeningHours,
            Settings.NumberReset
        );

    /// <summary>Whether it is active and within its opening hours.</summary>
    public bool IsWithinHours(DateTimeOffset now) => Settings.IsActive && ServiceCalendar.Of(Definition())?.IsOpen(now) == true;

    public QueueDefinition Definition() =>
        new()
        {
            Id = Id,
            Name = Settings.Name,
            Description = Settings.Description,
            IsActive = Settings.IsActive,
            Prefix = Settings.Prefix,
            MaxActiveTickets = Settings.MaxActiveTickets,
            AverageServiceTime = Settings.AverageServiceTime,
            SlaWaitTime = Settings.SlaWaitTime,
            NoShowAfter = Settings.NoShowAfter,
            MaxRecalls = Settings.MaxRecalls,
            RejoinGrace = Settings.RejoinGrace,
            NumberReset = Settings.NumberReset,
            TimeZone = Settings.TimeZone,
            OpeningHours = Settings.OpeningHours,
            Counters = Settings.Counters,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            Version = Version,
        };

    private static Guid EventId(DateTimeOffset at) => Guid.CreateVersion7(at);

    private Queue Next(DateTimeOffset at) => this with { UpdatedAt = at, Version = Version + 1 };
}
