using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>A queue's definition as a manager sends it; what is absent takes its default, which for time zone, opening hours and closures is
/// what the branch has.</summary>
internal sealed record QueueRequest
{
    private const int Day = 24 * 60 * 60;
    private const int MaxCounters = 200;

    /// <summary>The branch it is made in, and stays in; <c>main</c> if absent.</summary>
    public string? BranchId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public bool? IsActive { get; init; }

    public string? Prefix { get; init; }

    public int? MaxActiveTickets { get; init; }

    public int? AverageServiceTime { get; init; }

    public int? SlaWaitTime { get; init; }

    public int? NoShowAfter { get; init; }

    public int? MaxRecalls { get; init; }

    public int? RejoinGrace { get; init; }

    public int? ExpireAfterClosing { get; init; }

    /// <summary>Seconds one level of priority is worth; <c>null</c>: strictly first.</summary>
    public int? PriorityHeadStart { get; init; }

    public string? NumberReset { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>An empty list: none, and not those of the branch.</summary>
    public IReadOnlyList<OpeningHours?>? OpeningHours { get; init; }

    /// <summary>An empty list: none, and not those of the branch.</summary>
    public IReadOnlyList<Closure?>? Closures { get; init; }

    /// <summary>How it takes appointments; none if absent.</summary>
    public Booking? Booking { get; init; }

    public IReadOnlyList<CounterRequest?>? Counters { get; init; }

    /// <summary>A queue as it would be sent, which a merge patch applies to. What is its branch's is absent.</summary>
    public static QueueRequest Of(Queue queue)
    {
        var definition = queue.Definition;
        return new()
        {
            BranchId = definition.BranchId,
            Name = definition.Name,
            Description = definition.Description,
            IsActive = definition.IsActive,
            Prefix = definition.Prefix,
            MaxActiveTickets = definition.MaxActiveTickets,
            AverageServiceTime = definition.AverageServiceTime,
            SlaWaitTime = definition.SlaWaitTime,
            NoShowAfter = definition.NoShowAfter,
            MaxRecalls = definition.MaxRecalls,
            RejoinGrace = definition.RejoinGrace,
            ExpireAfterClosing = definition.ExpireAfterClosing,
            PriorityHeadStart = definition.PriorityHeadStart,
            NumberReset = ResetName(definition.NumberReset),
            TimeZone = queue.Own.TimeZone ? definition.TimeZone : null,
            OpeningHours = queue.Own.OpeningHours ? HoursOf(queue) ?? [] : null,
            Closures = queue.Own.Closures ? ClosuresOf(queue) ?? [] : null,
            Booking = Domain.Booking.Of(definition.Booking),
            Counters = [.. definition.Counters.Select(c => new CounterRequest(c.Name))],
        };
    }

    public static string ResetName(NumberReset reset) =>
        reset switch
        {
            Contracts.NumberReset.Daily => "daily",
            Contracts.NumberReset.Never => "never",
        };

    /// <summary>The same request, but that what a queue has of its branch, and what says just that, stays the branch's: whoever sends back
    /// what they read changes nothing by it.</summary>
    public QueueRequest KeepingInherited(Queue queue) =>
        this with
        {
            TimeZone = !queue.Own.TimeZone && TimeZone == queue.Definition.TimeZone ? null : TimeZone,
            OpeningHours = !queue.Own.OpeningHours && Says(OpeningHours, HoursOf(queue)) ? null : OpeningHours,
            Closures = !queue.Own.Closures && Says(Closures, ClosuresOf(queue)) ? null : Closures,
        };

    /// <summary>What of the queue is to be its own.</summary>
    public OwnSchedule Own() => new(TimeZone is not null, OpeningHours is not null, Closures is not null);

    /// <summary>Checks everything and says all that is wrong at once. The definition has no identity yet, an empty prefix where none is
    /// asked for, and of its branch what is not its own.</summary>
    /// <param name="branch">The branch; <c>null</c> where there is none of the id.</param>
    /// <param name="standing">The queue that is to be defined so; <c>null</c> for a new one.</param>
    /// <param name="named">What is known of the counters that are named by id, deleted ones too.</param>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public QueueDefinition Validate(BranchState? branch, Queue? standing = null, IReadOnlyCollection<Counter>? named = null)
    {
        var errors = new FieldErrors();
        if (standing is not null && BranchId is not null && BranchId != standing.Definition.BranchId)
            errors.Add("branchId", "cannot be changed: a queue stays in its branch");
        else if (branch is null)
            errors.Add("branchId", "must be a branch that there is");
        var wanted = new QueueDefinition
        {
            Id = "",
            Name = errors.Required("name", Name, 100),
            Description = errors.Optional("description", Description, 1000),
            IsActive = IsActive ?? true,
            Prefix = ReadPrefix(errors),
            MaxActiveTickets = errors.Range("maxActiveTickets", MaxActiveTickets, 100, 1, 10_000),
            AverageServiceTime = errors.Range("averageServiceTime", AverageServiceTime, 300, 1, Day),
            SlaWaitTime = errors.Range("slaWaitTime", SlaWaitTime, 600, 1, Day),
            NoShowAfter = NoShowAfter is null ? null : errors.Range("noShowAfter", NoShowAfter, 0, 10, Day),
            MaxRecalls = errors.Range("maxRecalls", MaxRecalls, 3, 0, 20),
            RejoinGrace = errors.Range("rejoinGrace", RejoinGrace, 900, 0, Day),
            ExpireAfterClosing = ExpireAfterClosing is null ? null : errors.Range("expireAfterClosing", ExpireAfterClosing, 0, 0, Day),
            PriorityHeadStart = PriorityHeadStart is null ? null : errors.Range("priorityHeadStart", PriorityHeadStart, 0, 0, Day),
            NumberReset = ReadReset(errors),
            TimeZone = TimeZone is null ? "" : ScheduleReader.TimeZone(errors, TimeZone),
            OpeningHours = ReadHours(errors, standing),
            Closures = ScheduleReader.Closures(errors, Closures),
            Booking = Domain.Booking.Read(Booking, errors, "booking"),
            Counters = ReadCounters(errors, standing, named?.Where(c => c.BranchId == branch?.Id).ToList() ?? []),
            CreatedAt = default,
            UpdatedAt = default,
            Version = 0,
        };
        errors.ThrowIfAny();
        return Own().Fill(wanted, branch!);
    }

    private string ReadPrefix(FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(Prefix))
            return "";
        var prefix = Prefix.Trim().ToUpperInvariant();
        if (prefix.Length > 3 || !prefix.All(char.IsAsciiLetterUpper))
            errors.Add("prefix", "must be 1 to 3 letters from A to Z");
        return prefix;
    }

    private NumberReset ReadReset(FieldErrors errors)
    {
        switch (NumberReset)
        {
            case null or "daily":
                return Contracts.NumberReset.Daily;
            case "never":
                return Contracts.NumberReset.Never;
            default:
                errors.Add("numberReset", "must be daily or never");
                return default;
        }
    }

    // A definition without any interval, made when that meant never, goes on to mean it until it is given some.
    private IReadOnlyList<OpeningInterval>? ReadHours(FieldErrors errors, Queue? standing) =>
        ScheduleReader.Hours(errors, OpeningHours) is { } hours && (hours.Count > 0 || standing?.Definition.OpeningHours is [])
            ? hours
            : null;

    /// <summary>The ids of counters in it.</summary>
    public IReadOnlyList<string> CounterIds() => [.. (Counters ?? []).Take(MaxCounters).Select(c => c?.Id).OfType<string>()];

    // Whoever sends back what they read changes nothing by it: a counter that has this queue of itself stays unlisted, and one that was
    // deleted meanwhile stays so. One that is not known, perhaps not yet, is what its name says.
    private List<QueueCounter> ReadCounters(FieldErrors errors, Queue? standing, List<Counter> named)
    {
        if (Counters is null)
            return [];
        if (Counters.Count > MaxCounters)
        {
            errors.Add("counters", $"must have at most {MaxCounters} entries");
            return [];
        }

        IReadOnlyList<QueueCounter> listed = standing?.Definition.Counters ?? [];
        var counters = new List<QueueCounter>();
        for (var i = 0; i < Counters.Count; i++)
        {
            var counter = named.Find(c => c.Id == Counters[i]?.Id);
            var name = errors.Required(ScheduleReader.Item("counters", i) + ".name", counter?.Name ?? Counters[i]?.Name, 20);
            var before = listed.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (
                counter is null
                || (!counter.IsDeleted && (before is not null || standing is null || !counter.Queues.Contains(standing.Id)))
            )
                counters.Add(new QueueCounter(name) { Id = before?.Id });
        }

        if (counters.Where(c => c.Name.Length > 0).GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Any(g => g.Count() > 1))
            errors.Add("counters", "must have names that differ");
        return counters;
    }

    private static List<OpeningHours>? HoursOf(Queue queue) => queue.Definition.OpeningHours?.Select(Domain.OpeningHours.Of).ToList();

    private static List<Closure>? ClosuresOf(Queue queue) => queue.Definition.Closures?.Select(Closure.Of).ToList();

    private static bool Says<T>(IReadOnlyList<T?>? given, IReadOnlyList<T>? has)
        where T : class => given is not null && has is not null && given.SequenceEqual(has);
}
