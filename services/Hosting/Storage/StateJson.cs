using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartQueue.Hosting.Storage;

/// <summary>How states and events are written as JSON where they are kept: as on the wire, but what is <c>null</c> is not said. So a member
/// that may be <c>null</c> must be so where nothing is given.</summary>
public static class StateJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A state or event as JSON.</summary>
    /// <param name="state">Written as the type that it is.</param>
    public static string Write(object state) => JsonSerializer.Serialize(state, state.GetType(), Options);

    /// <summary>The state read back, also one that an earlier version wrote.</summary>
    public static T Read<T>(string state) => JsonSerializer.Deserialize<T>(state, Options)!;

    /// <inheritdoc cref="Read{T}"/>
    public static object Read(string state, Type type) => JsonSerializer.Deserialize(state, type, Options)!;
}
