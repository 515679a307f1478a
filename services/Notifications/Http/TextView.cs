namespace SmartQueue.Notifications.Http;

/// <summary>The text of a message that holds in a branch, or in the house.</summary>
/// <param name="Template">Which message, such as <c>called</c>.</param>
/// <param name="Language">Its language.</param>
/// <param name="BranchId">The branch that was asked for; <c>null</c> for the house.</param>
/// <param name="Subject">The heading.</param>
/// <param name="Message">The text, with its placeholders in braces.</param>
/// <param name="From">Whose it is: <c>default</c> where nobody wrote another, <c>house</c> or <c>branch</c>.</param>
/// <param name="Placeholders">What may stand in braces.</param>
/// <param name="UpdatedAt">When it was written, UTC; <c>null</c> for a default.</param>
internal sealed record TextView(
    string Template,
    string Language,
    string? BranchId,
    string Subject,
    string Message,
    string From,
    IReadOnlyList<string> Placeholders,
    DateTimeOffset? UpdatedAt
)
{
    public const string Default = "default";
    public const string House = "house";
    public const string Branch = "branch";
}
