using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartQueue.Queues;

/// <summary>JSON merge patch (RFC 7396).</summary>
internal static class MergePatch
{
    /// <summary>Changes <paramref name="target"/> by an object: members replace members, <c>null</c> removes, objects merge.</summary>
    public static void Apply(JsonObject target, JsonElement patch)
    {
        foreach (var member in patch.EnumerateObject())
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    target.Remove(member.Name);
                    break;
                case JsonValueKind.Object:
                    if (target[member.Name] is not JsonObject inner) target[member.Name] = inner = [];
                    Apply(inner, member.Value);
                    break;
                default:
                    target[member.Name] = member.Value.ValueKind == JsonValueKind.Array ? JsonArray.Create(member.Value) : JsonValue.Create(member.Value);
                    break;
            }
        }
    }
}
