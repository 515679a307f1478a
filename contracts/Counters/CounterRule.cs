using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>By which rule a counter takes the next of several queues.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CounterRule>))]
public enum CounterRule
{
    /// <summary>Whoever comes first by rank, whichever queue it is.</summary>
    [JsonStringEnumMemberName("oldest")]
    Oldest,

    /// <summary>From a queue of a better rank first; among queues of one rank, whoever comes first.</summary>
    [JsonStringEnumMemberName("ranked")]
    Ranked,
}
