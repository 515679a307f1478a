using System.Globalization;
using System.Net.Mail;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Hosting.Http;

/// <summary>Collects what is wrong with a request, field by field, and refuses it once with all of it.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> errors = [];

    /// <summary>Notes that <paramref name="field"/> breaks <paramref name="rule"/>, a phrase such as <c>must be 1 to 3
    /// letters</c>.</summary>
    public void Add(string field, string rule)
    {
        if (!errors.TryGetValue(field, out var rules))
            errors[field] = rules = [];
        rules.Add(rule);
    }

    /// <summary>A text that must be there: trimmed, without control characters, at most <paramref name="maxLength"/> long.</summary>
    public string Required(string field, string? value, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(field, "is required");
            return "";
        }

        return Optional(field, value, maxLength) ?? "";
    }

    /// <summary>A text that may be absent: trimmed, without control characters, at most <paramref name="maxLength"/> long; blank counts as
    /// absent.</summary>
    public string? Optional(string field, string? value, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        value = value.Trim();
        if (value.Length > maxLength)
            Add(field, string.Create(CultureInfo.InvariantCulture, $"must be at most {maxLength} characters"));
        if (value.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) || HasLoneSurrogate(value))
            Add(field, "must not hold control characters");
        return value;
    }

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Range(string field, int? value, int fallback, int min, int max)
    {
        var number = value ?? fallback;
        if (number < min || number > max)
            Add(field, string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}"));
        return number;
    }

    /// <summary>An email address that may be absent, in lower case.</summary>
    public string? Email(string field, string? value)
    {
        value = Optional(field, value, 254);
        if (value is null)
            return null;
        if (!MailAddress.TryCreate(value, out var address) || address.Address != value || value.Contains(' ', StringComparison.Ordinal))
            Add(field, "must be an email address");
        return value.ToLowerInvariant();
    }

    /// <summary>A phone number that may be absent, in the form it is kept.</summary>
    public string? Phone(string field, string? value, PhoneNumberReader phones)
    {
        value = Optional(field, value, PhoneNumberReader.MaxLength);
        if (value is null)
            return null;
        var number = value.Length <= PhoneNumberReader.MaxLength ? phones.Read(value) : null;
        if (number is null)
            Add(field, phones.Rule);
        return number;
    }

    /// <summary>A time that may be absent (<see cref="Rfc3339"/>).</summary>
    public DateTimeOffset? Time(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (Rfc3339.TryParse(value, out var time))
            return time;
        // Anyone who writes +01:00 into an address sends a space.
        Add(field, Rfc3339.Rule + (value.Contains(' ', StringComparison.Ordinal) ? "; write + as %2B" : ""));
        return null;
    }

    /// <summary>Refuses the request if anything was noted.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c> with all fields.</exception>
    public void ThrowIfAny()
    {
        if (errors.Count == 0)
            return;
        var first = errors.First();
        throw new RefusedException(ErrorCodes.ValidationFailed, $"The field {first.Key} {first.Value[0]}.")
        {
            Fields = errors.ToDictionary(e => e.Key, e => e.Value.ToArray()),
        };
    }

    private static bool HasLoneSurrogate(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
