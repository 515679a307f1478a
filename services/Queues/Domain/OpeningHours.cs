using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Queues.Domain;

/// <summary>An opening interval on the wire: <c>{day: "monday", opens: "09:00", closes: "17:30"}</c>.</summary>
internal sealed record OpeningHours(string? Day, string? Opens, string? Closes)
{
    private const string Format = "HH:mm";

    public static OpeningHours Of(OpeningInterval interval) =>
        new(
            interval.Day.ToString().ToLowerInvariant(),
            interval.Opens.ToString(Format, CultureInfo.InvariantCulture),
            interval.Closes.ToString(Format, CultureInfo.InvariantCulture)
        );

    /// <summary>The interval; <c>null</c> after noting what is wrong with it.</summary>
    public static OpeningInterval? Read(OpeningHours? hours, FieldErrors errors, string field)
    {
        var day = ReadDay(hours?.Day, errors, field + ".day");
        var opens = ReadTime(hours?.Opens, errors, field + ".opens");
        var closes = ReadTime(hours?.Closes, errors, field + ".closes");
        return day is { } d && opens is { } o && closes is { } c ? new OpeningInterval(d, o, c) : null;
    }

    private static WeekDay? ReadDay(string? text, FieldErrors errors, string field)
    {
        foreach (var day in Enum.GetValues<WeekDay>())
        {
            if (day.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return day;
        }

        errors.Add(field, "must be a day of the week such as monday");
        return null;
    }

    private static TimeOnly? ReadTime(string? text, FieldErrors errors, string field)
    {
        if (TimeOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        errors.Add(field, "must be a time such as 09:00");
        return null;
    }
}
