using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Queues.Http;

/// <summary>JSON merge patch (RFC 7396), and whole definitions that were read and are put back.</summary>
internal static class MergePatch
{
    /// <summary>What a patch makes of a request that would define what is there.</summary>
    /// <exception cref="BadHttpRequestException">It cannot be read.</exception>
    public static TRequest Merge<TRequest>(TRequest standing, JsonElement patch, JsonSerializerOptions options)
    {
        var target = JsonSerializer.SerializeToNode(standing, options)!.AsObject();
        Apply(target, patch);
        return Read<TRequest>(target, options);
    }

    /// <summary>A whole definition. Members of an answer that define nothing are ignored, so that what was read may be put back.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>: it is no object.</exception>
    /// <exception cref="BadHttpRequestException">It cannot be read.</exception>
    public static TRequest Whole<TRequest, TView>(JsonElement body, JsonSerializerOptions options)
    {
        RequireObject(body);
        var definition = JsonObject.Create(body)!;
        foreach (var member in MembersOf(typeof(TView)).Except(MembersOf(typeof(TRequest))))
            definition.Remove(member);
        return Read<TRequest>(definition, options);
    }

    /// <summary>Refuses what is no object, or holds a text that cannot be read.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    /// <exception cref="BadHttpRequestException">A text cannot be read.</exception>
    public static void RequireObject(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            var errors = new FieldErrors();
            errors.Add("body", "must be a JSON object");
            errors.ThrowIfAny();
        }

        Reading(() => RequireText(body));
    }

    /// <summary>Changes <paramref name="target"/> by an object: members replace members, <c>null</c> removes, objects merge.</summary>
    private static void Apply(JsonObject target, JsonElement patch)
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
    private static void RequireText(JsonElement value, string path = "$")
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

    private static TRequest Read<TRequest>(JsonObject definition, JsonSerializerOptions options)
    {
        TRequest? read = default;
        Reading(() => read = definition.Deserialize<TRequest>(options));
        return read!;
    }

    private static IEnumerable<string> MembersOf(Type type) =>
        type.GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    // As if the framework had read the body so: the field and the rule are told the same way.
    private static void Reading(Action read)
    {
        try
        {
            read();
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The patch cannot be read.", StatusCodes.Status400BadRequest, e);
        }
    }
}
