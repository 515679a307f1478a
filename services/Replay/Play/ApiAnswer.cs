using System.Text.Json;

namespace SmartQueue.Replay.Play;

/// <summary>An answer, or why there is none.</summary>
/// <param name="Status">The HTTP status; 0 without an answer.</param>
/// <param name="Code">The stable code where it is not a success.</param>
/// <param name="Body">The JSON, where there is some.</param>
internal sealed record ApiAnswer(int Status, string Code, JsonElement Body)
{
    /// <summary>Whether the system did what was asked.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>Whether the system said no; without an answer, or with a 5xx, it may have done it.</summary>
    public bool Declined => Status is >= 400 and < 500;

    /// <summary>A text member of the body.</summary>
    public string? Text(string name) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A whole number of an object in the body, or of the body itself.</summary>
    public int? Whole(string? inside, string name)
    {
        var from = Body;
        if (inside is not null && (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(inside, out from)))
            return null;
        return
            from.ValueKind == JsonValueKind.Object
            && from.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number)
            ? number
            : null;
    }
}
