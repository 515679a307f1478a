using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A place where customers are served.</summary>
internal sealed record CounterInput
{
    /// <summary>As it was read, if it was: then its name is the one that it has.</summary>
    [Id]
    public string? Id { get; init; }

    public required string Name { get; init; }
}
