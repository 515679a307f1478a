using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>A queue's definition as a manager sends it; what is absent takes its default.</summary>
internal sealed record QueueRequest
{
    private const int Day = 24 * 60 * 60;
    private const int MaxIntervals = 50;
    private const int MaxClosures = 200;
    private const int MaxCounters = 200;

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

    public string? NumberReset { get; init; }

    public string? TimeZone { get; init; }

    public IReadOnlyList<OpeningHours?>? OpeningHours { get; init; }

    public IReadOnlyList<Closure?>? Closures { get; init; }

    public IReadOnlyList<CounterRequest?>? Counters { get; init; }

    /// <summary>A definition as it would be sent, which a merge patch applies to.</summary>
    public static QueueRequest Of(QueueDefinition definition) =>
        new()
        {
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
            NumberReset = ResetName(definition.NumberReset),
            TimeZone = definition.TimeZone,
            OpeningHours = definition.OpeningHours?.Select(Domain.OpeningHours.Of).ToList(),
            Closures = definition.Closures?.Select(Closure.Of).ToList(),
            Counters = [.. definition.Counters.Select(c => new CounterRequest(c.Name))],
        };

    public static string ResetName(NumberReset reset) =>
        reset switch
        {
            Contracts.NumberReset.Daily => "daily",
            Contracts.NumberReset.Never => "never",
        };

    /// <summary>Checks everything and says all that is wrong at once. The definition has no identity yet, and an empty prefix where none
    /// is asked for.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public QueueDefinition Validate(string defaultTimeZone)
    {
        var errors = new FieldErrors();
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
            NumberReset = ReadReset(errors),
            TimeZone = ReadTimeZone(errors, defaultTimeZone),
            OpeningHours = ReadHours(errors),
            Closures = ReadClosures(errors),
            Counters = ReadCounters(errors),
            CreatedAt = default,
            UpdatedAt = default,
            Version = 0,
        };
        errors.ThrowIfAny();
        return wanted;
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

    private string ReadTimeZone(FieldErrors errors, string fallback)
    {
        if (TimeZone is null)
            return fallback;
        if (TimeZone.Length > 64 || !ServiceCalendar.IsTimeZone(TimeZone))
            errors.Add("timeZone", "must be an IANA time zone such as Europe/Madrid");
        return TimeZone;
    }

    private List<OpeningInterval>? ReadHours(FieldErrors errors)
    {
        if (OpeningHours is null)
            return null;
        if (OpeningHours.Count > MaxIntervals)
        {
            errors.Add("openingHours", $"must have at most {MaxIntervals} entries");
            return null;
        }

        var hours = OpeningHours.Select((h, i) => Domain.OpeningHours.Read(h, errors, Item("openingHours", i))).ToList();
        if (hours.Contains(null))
            return null;
        if (WeekPlan.FirstOverlap(hours!) is { } overlap)
        {
            errors.Add(
                "openingHours",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"must not overlap: another interval has not ended when {overlap.Day.ToString().ToLowerInvariant()} {overlap.Opens:HH\\:mm} begins"
                )
            );
        }

        return hours!;
    }

    private List<QueueClosure>? ReadClosures(FieldErrors errors)
    {
        if (Closures is null)
            return null;
        if (Closures.Count > MaxClosures)
        {
            errors.Add("closures", $"must have at most {MaxClosures} entries");
            return null;
        }

        // One that cannot be read is noted, so what is left out here goes nowhere.
        return [.. Closures.Select((c, i) => Closure.Read(c, errors, Item("closures", i))).OfType<QueueClosure>()];
    }

    private List<QueueCounter> ReadCounters(FieldErrors errors)
    {
        if (Counters is null)
            return [];
        if (Counters.Count > MaxCounters)
        {
            errors.Add("counters", $"must have at most {MaxCounters} entries");
            return [];
        }

        var counters = Counters.Select((c, i) => new QueueCounter(errors.Required(Item("counters", i) + ".name", c?.Name, 20))).ToList();
        if (counters.Where(c => c.Name.Length > 0).GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Any(g => g.Count() > 1))
            errors.Add("counters", "must have names that differ");
        return counters;
    }

    private static string Item(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]");
}
