using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Queues.Domain;

/// <summary>
/// A closure on the wire: from a time to another, exclusive, or from a first day to a last one, inclusive, in the queue's time zone:
/// <c>{from: "2026-12-24T13:00:00Z", to: "2026-12-24T17:00:00Z"}</c>, <c>{from: "2026-12-25", to: "2026-12-26", reason: "Christmas"}</c>.
/// </summary>
internal sealed record Closure(string? From, string? To, string? Reason)
{
    private const int MaxReason = 200;
    private const string DayFormat = "yyyy-MM-dd";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'";
    private const string Rule = Rfc3339.Rule + ", or a date such as 2026-12-25";

    public static Closure Of(QueueClosure closure) =>
        new(Text(closure.FirstDay, closure.From), Text(closure.LastDay, closure.To), closure.Reason);

    /// <summary>The closure; <c>null</c> after noting what is wrong with it.</summary>
    public static QueueClosure? Read(Closure? closure, FieldErrors errors, string field)
    {
        var reason = errors.Optional(field + ".reason", closure?.Reason, MaxReason);
        var from = Read(closure?.From, errors, field + ".from");
        var to = Read(closure?.To, errors, field + ".to");
        switch (from, to)
        {
            case (null, _) or (_, null):
                return null;
            case ({ Day: { } first }, { Day: { } last }):
                if (last < first)
                    errors.Add(field + ".to", "must not be before from");
                return new QueueClosure
                {
                    FirstDay = first,
                    LastDay = last,
                    Reason = reason,
                };
            case ({ Time: { } begin }, { Time: { } end }):
                if (end <= begin)
                    errors.Add(field + ".to", "must be after from");
                return new QueueClosure
                {
                    From = begin,
                    To = end,
                    Reason = reason,
                };
            default:
                errors.Add(field + ".to", "must be a time where from is one, and a date where from is one");
                return null;
        }
    }

    private static Bound? Read(string? text, FieldErrors errors, string field)
    {
        if (text is not null && Rfc3339.TryParse(text, out var time))
            return new Bound(null, time);
        if (
            DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1970 and < 2200
        )
            return new Bound(day, null);
        errors.Add(field, Rule);
        return null;
    }

    private static string? Text(DateOnly? day, DateTimeOffset? time) =>
        day?.ToString(DayFormat, CultureInfo.InvariantCulture) ?? time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private sealed record Bound(DateOnly? Day, DateTimeOffset? Time);
}
