using System.Text.RegularExpressions;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>A branch as a manager sends it; what is absent takes its default.</summary>
internal sealed partial record BranchRequest
{
    private const int MaxName = 100;
    private const int MaxAddress = 300;
    private const int MaxLanguages = 20;
    private const int MaxTag = 35;

    /// <summary>Its name in addresses; made of the name if absent, and as it was on a change.</summary>
    public string? Slug { get; init; }

    public string? Name { get; init; }

    public string? Address { get; init; }

    public string? TimeZone { get; init; }

    public IReadOnlyList<OpeningHours?>? OpeningHours { get; init; }

    public IReadOnlyList<Closure?>? Closures { get; init; }

    /// <summary>BCP 47 tags, the main one first.</summary>
    public IReadOnlyList<string?>? Languages { get; init; }

    /// <summary>A branch as it would be sent, which a merge patch applies to.</summary>
    public static BranchRequest Of(BranchState branch) =>
        new()
        {
            Slug = branch.Slug,
            Name = branch.Name,
            Address = branch.Address,
            TimeZone = branch.TimeZone,
            OpeningHours = branch.OpeningHours?.Select(Domain.OpeningHours.Of).ToList(),
            Closures = branch.Closures?.Select(Closure.Of).ToList(),
            Languages = branch.Languages,
        };

    /// <summary>Checks everything and says all that is wrong at once. The branch has no identity yet, and an empty slug where none is asked
    /// for.</summary>
    /// <param name="defaultTimeZone">Its time zone where none is asked for.</param>
    /// <param name="standing">The branch that is to be defined so; <c>null</c> for a new one.</param>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public BranchState Validate(string defaultTimeZone, BranchState? standing = null)
    {
        var errors = new FieldErrors();
        var wanted = new BranchState
        {
            Id = "",
            Slug = ReadSlug(errors, standing),
            Name = errors.Required("name", Name, MaxName),
            Address = errors.Optional("address", Address, MaxAddress),
            TimeZone = TimeZone is null ? defaultTimeZone : ScheduleReader.TimeZone(errors, TimeZone),
            OpeningHours = ScheduleReader.Hours(errors, OpeningHours) is { Count: > 0 } hours ? hours : null,
            Closures = ScheduleReader.Closures(errors, Closures) ?? [],
            Languages = ReadLanguages(errors),
            CreatedAt = default,
            UpdatedAt = default,
            Version = 0,
        };
        errors.ThrowIfAny();
        return wanted;
    }

    private string ReadSlug(FieldErrors errors, BranchState? standing)
    {
        if (string.IsNullOrWhiteSpace(Slug))
            return standing?.Slug ?? "";
        if (!Slugs.IsSlug(Slug))
            errors.Add("slug", Slugs.Rule);
        else if (Slug != standing?.Id && Slugs.LooksLikeId(Slug))
            errors.Add("slug", "must not look like the id of another branch");
        return Slug;
    }

    private List<string> ReadLanguages(FieldErrors errors)
    {
        if (Languages is null)
            return [];
        if (Languages.Count > MaxLanguages)
        {
            errors.Add("languages", $"must have at most {MaxLanguages} entries");
            return [];
        }

        var tags = Languages.Select((l, i) => ReadTag(errors, ScheduleReader.Item("languages", i), l)).ToList();
        if (tags.Where(t => t.Length > 0).GroupBy(t => t, StringComparer.OrdinalIgnoreCase).Any(g => g.Count() > 1))
            errors.Add("languages", "must name each language once");
        return tags;
    }

    private static string ReadTag(FieldErrors errors, string field, string? tag)
    {
        var read = errors.Required(field, tag, MaxTag);
        if (read.Length > 0 && !LanguageTag().IsMatch(read))
            errors.Add(field, "must be a language tag such as de or pt-BR");
        return read;
    }

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
