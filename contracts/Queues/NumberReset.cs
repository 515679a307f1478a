using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>When a queue's numbers start again at 1.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NumberReset>))]
public enum NumberReset
{
    /// <summary>Each service day, when what is left of the day before expires.</summary>
    [JsonStringEnumMemberName("daily")]
    Daily,

    /// <summary>Never: the queue runs round the clock, its service day does not end and nothing expires.</summary>
    [JsonStringEnumMemberName("never")]
    Never,
}
