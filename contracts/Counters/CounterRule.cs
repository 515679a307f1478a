using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>By which rule a counter takes the next of several queues.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CounterRule>))]
public enum CounterRule
{
    /// <summary>Whoever comes first by rank, whichever queue it is.</summary>
    [JsonStringEnumMemberName("oldest")]
    Oldest,

    /// <summary>From the queue of the best rank in which somebody waits.</summary>
    [JsonStringEnumMemberName("ranked")]
    Ranked,
}
