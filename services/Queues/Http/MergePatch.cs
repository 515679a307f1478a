using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartQueue.Queues.Http;

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
                    // Set and not removed, which reads the same, so that a member that is not known is found out.
                    target[member.Name] = null;
                    break;
                case JsonValueKind.Object:
                    if (target[member.Name] is not JsonObject inner)
                        target[member.Name] = inner = [];
                    Apply(inner, member.Value);
                    break;
                default:
                    target[member.Name] =
                        member.Value.ValueKind == JsonValueKind.Array ? JsonArray.Create(member.Value) : JsonValue.Create(member.Value);
                    break;
            }
        }
    }

    /// <summary>Reads every text in the patch, for the framework leaves a broken one (half a surrogate pair) until it is asked
    /// for.</summary>
    /// <exception cref="JsonException">One cannot be read.</exception>
    public static void RequireText(JsonElement value, string path = "$")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    RequireText(member.Value, $"{path}.{Text(() => member.Name, path)}");
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    RequireText(item, path);
                break;
            case JsonValueKind.String:
                Text(value.GetString, path);
                break;
        }
    }

    private static string? Text(Func<string?> read, string path)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("Not a text.", path, null, null, e);
        }
    }
}
