using System.Text.Json.Serialization;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>A branch on the wire: where it is, its clock and its hours.</summary>
internal sealed record BranchView
{
    public required string Id { get; init; }

    public required string Slug { get; init; }

    public required string Name { get; init; }

    public required string? Address { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<OpeningHours>? OpeningHours { get; init; }

    public required IReadOnlyList<Closure> Closures { get; init; }

    /// <summary>BCP 47 tags, the main one first.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The prefixes of its queues, in order.</summary>
    public required IReadOnlyList<string> Prefixes { get; init; }

    /// <summary>Whether it is open now by its own hours and closures; a queue of it may have others.</summary>
    public required bool OpenNow { get; init; }

    /// <summary>When it opens next, UTC; <c>null</c> while it is open, and where nothing says when.</summary>
    public required DateTimeOffset? OpensAt { get; init; }

    /// <summary>When it closes next, UTC; <c>null</c> while it is closed, and where it never closes.</summary>
    public required DateTimeOffset? ClosesAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long Version { get; init; }

    /// <summary>Its queues and how they stand, oldest first, where one branch is read; absent elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<QueueView>? Queues { get; init; }

    public static BranchView Of(Branch branch, IEnumerable<string> prefixes, DateTimeOffset now)
    {
        var calendar = branch.Calendar();
        return new()
        {
            Id = branch.Id,
            Slug = branch.Definition.Slug,
            Name = branch.Definition.Name,
            Address = branch.Definition.Address,
            TimeZone = branch.Definition.TimeZone,
            OpeningHours = branch.Definition.OpeningHours?.Select(Domain.OpeningHours.Of).ToList(),
            Closures = branch.Definition.Closures?.Select(Closure.Of).ToList() ?? [],
            Languages = branch.Definition.Languages,
            Prefixes = [.. prefixes.OrderBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal)],
            OpenNow = calendar?.IsOpen(now) == true,
            OpensAt = calendar?.OpensNext(now),
            ClosesAt = calendar?.ClosesNext(now),
            CreatedAt = branch.Definition.CreatedAt,
            UpdatedAt = branch.Definition.UpdatedAt,
            Version = branch.Version,
        };
    }
}
