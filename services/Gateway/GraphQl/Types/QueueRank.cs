using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A queue that a counter serves; rank 1 is served first where the counter goes by rank.</summary>
internal sealed record QueueRank
{
    [Id]
    public required string QueueId { get; init; }

    public required int Rank { get; init; }
}
