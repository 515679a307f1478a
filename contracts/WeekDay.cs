using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>A day of the week; the numbers are those of <see cref="DayOfWeek"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WeekDay>))]
public enum WeekDay
{
    /// <summary>Sunday.</summary>
    [JsonStringEnumMemberName("sunday")]
    Sunday = 0,

    /// <summary>Monday.</summary>
    [JsonStringEnumMemberName("monday")]
    Monday = 1,

    /// <summary>Tuesday.</summary>
    [JsonStringEnumMemberName("tuesday")]
    Tuesday = 2,

    /// <summary>Wednesday.</summary>
    [JsonStringEnumMemberName("wednesday")]
    Wednesday = 3,

    /// <summary>Thursday.</summary>
    [JsonStringEnumMemberName("thursday")]
    Thursday = 4,

    /// <summary>Friday.</summary>
    [JsonStringEnumMemberName("friday")]
    Friday = 5,

    /// <summary>Saturday.</summary>
    [JsonStringEnumMemberName("saturday")]
    Saturday = 6,
}
