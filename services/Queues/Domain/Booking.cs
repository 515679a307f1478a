using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Queues.Domain;

/// <summary>How a queue takes appointments, on the wire. Durations are seconds, but for the horizon.</summary>
internal sealed record Booking
{
    private const int Minute = 60;
    private const int Hour = 60 * Minute;
    private const int Day = 24 * Hour;
    private const int MaxPlaces = 1000;
    private const int MaxHorizon = 366;
    private const int MaxInARow = 100;

    /// <summary>How long a slot is: whole minutes, up to 12 hours.</summary>
    public int? SlotLength { get; init; }

    /// <summary>How many may be booked for the same slot; 1 if absent.</summary>
    public int? Places { get; init; }

    /// <summary>When there are slots; within the queue's opening hours if absent.</summary>
    public IReadOnlyList<OpeningHours?>? Hours { get; init; }

    /// <summary>How long before its time a slot is booked at the latest; 0 if absent.</summary>
    public int? Earliest { get; init; }

    /// <summary>How long before its time whoever booked it moves or cancels it at the latest; 0 if absent.</summary>
    public int? Latest { get; init; }

    /// <summary>How many days ahead may be booked; 30 if absent.</summary>
    public int? Horizon { get; init; }

    /// <summary>How long before its time one may arrive; 900 if absent.</summary>
    public int? Early { get; init; }

    /// <summary>How long after its time one may still arrive; 600 if absent.</summary>
    public int? Late { get; init; }

    /// <summary>How many of those who arrived for appointments are called in a row while somebody without one waits; 2 if absent.</summary>
    public int? InARow { get; init; }

    /// <summary>The rules as they are told; <c>null</c> where there are none.</summary>
    public static Booking? Of(BookingRules? rules) =>
        rules is null
            ? null
            : new()
            {
                SlotLength = rules.SlotLength,
                Places = rules.Places,
                Hours = rules.Hours?.Select(OpeningHours.Of).ToList(),
                Earliest = rules.Earliest,
                Latest = rules.Latest,
                Horizon = rules.Horizon,
                Early = rules.Early,
                Late = rules.Late,
                InARow = rules.InARow,
            };

    /// <summary>The rules that are asked for; <c>null</c> where none are.</summary>
    public static BookingRules? Read(Booking? asked, FieldErrors errors, string field)
    {
        if (asked is null)
            return null;
        if (asked.SlotLength is null)
            errors.Add(field + ".slotLength", "is required");
        else if (asked.SlotLength % Minute != 0)
            errors.Add(field + ".slotLength", "must be whole minutes, in seconds");
        return new()
        {
            SlotLength = errors.Range(field + ".slotLength", asked.SlotLength, Hour, Minute, 12 * Hour),
            Places = errors.Range(field + ".places", asked.Places, 1, 1, MaxPlaces),
            Hours = WeekPlan.Read(asked.Hours, errors, field + ".hours"),
            Earliest = errors.Range(field + ".earliest", asked.Earliest, 0, 0, MaxHorizon * Day),
            Latest = errors.Range(field + ".latest", asked.Latest, 0, 0, MaxHorizon * Day),
            Horizon = errors.Range(field + ".horizon", asked.Horizon, 30, 1, MaxHorizon),
            Early = errors.Range(field + ".early", asked.Early, 900, 0, Day),
            Late = errors.Range(field + ".late", asked.Late, 600, 0, Day),
            InARow = errors.Range(field + ".inARow", asked.InARow, 2, 1, MaxInARow),
        };
    }
}
