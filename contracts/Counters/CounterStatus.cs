using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>Whether somebody works at a counter.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CounterStatus>))]
public enum CounterStatus
{
    /// <summary>Nobody sits there.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed,

    /// <summary>Its operator takes people.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Its operator will be back.</summary>
    [JsonStringEnumMemberName("break")]
    Break,
}
