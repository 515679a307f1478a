using GraphQL;
using GraphQL.DataLoader;
using SmartQueue.Gateway.GraphQl.Sources;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A place: its address, its clock and its hours, which its queues share.</summary>
internal sealed record Branch
{
    [Id]
    public required string Id { get; init; }

    /// <summary>Its name in addresses.</summary>
    public required string Slug { get; init; }

    public required string Name { get; init; }

    public string? Address { get; init; }

    public required string TimeZone { get; init; }

    public IReadOnlyList<OpeningHours>? OpeningHours { get; init; }

    public required IReadOnlyList<Closure> Closures { get; init; }

    /// <summary>BCP 47 tags, the main one first.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The prefixes of its queues, in order.</summary>
    public required IReadOnlyList<string> Prefixes { get; init; }

    /// <summary>Whether it is open now by its own hours and closures; a queue of it may have others.</summary>
    public required bool OpenNow { get; init; }

    /// <summary>When it opens next; <c>null</c> while it is open, and where nothing says when.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>When it closes next; <c>null</c> while it is closed, and where it never closes.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Version { get; init; }

    /// <summary>Its queues, oldest first.</summary>
    [Name("queues"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<IReadOnlyList<Queue>?> LoadQueues([FromServices] Backend services) => services.QueuesOf(this);
}
