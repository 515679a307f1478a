using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>A day of the week; the numbers are those of <see cref="DayOfWeek"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WeekDay>))]
public enum WeekDay
{
    /// <summary>Sunday, the first day here and 0, as in .NET.</summary>
    [JsonStringEnumMemberName("sunday")]
    Sunday = 0,

    /// <summary>Monday, day 1 of the week.</summary>
    [JsonStringEnumMemberName("monday")]
    Monday = 1,

    /// <summary>Tuesday, day 2 of the week.</summary>
    [JsonStringEnumMemberName("tuesday")]
    Tuesday = 2,

    /// <summary>Wednesday, day 3 of the week.</summary>
    [JsonStringEnumMemberName("wednesday")]
    Wednesday = 3,

    /// <summary>Thursday, day 4 of the week.</summary>
    [JsonStringEnumMemberName("thursday")]
    Thursday = 4,

    /// <summary>Friday, day 5 of the week.</summary>
    [JsonStringEnumMemberName("friday")]
    Friday = 5,

    /// <summary>Saturday, day 6 of the week.</summary>
    [JsonStringEnumMemberName("saturday")]
    Saturday = 6,
}
