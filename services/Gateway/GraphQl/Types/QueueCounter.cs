using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A place where customers are served.</summary>
internal sealed record QueueCounter
{
    /// <summary>Null until there is a counter of the name.</summary>
    [Id]
    public string? Id { get; init; }

    public required string Name { get; init; }
}
