namespace SmartQueue.Notifications.Domain;

/// <summary>A text that the house wrote itself, in place of the one that comes with the service.</summary>
internal sealed record OwnText
{
    /// <summary>One of <see cref="TemplateNames"/>.</summary>
    public required string Template { get; init; }

    /// <summary>One of the languages there are.</summary>
    public required string Language { get; init; }

    /// <summary>The branch it holds in; <c>null</c> for the house.</summary>
    public string? BranchId { get; init; }

    public required string Subject { get; init; }

    public required string Message { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What tells it apart.</summary>
    public string Id => IdOf(Template, Language, BranchId);

    /// <summary>The id of the text of a template in a language, for a branch or the house.</summary>
    public static string IdOf(string template, string language, string? branchId) => $"{template}/{language}/{branchId}";
}
