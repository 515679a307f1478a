using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A queue that a counter is to serve; its rank is the next free one unless said otherwise.</summary>
internal sealed record QueueRankInput
{
    [Id]
    public required string QueueId { get; init; }

    public int? Rank { get; init; }
}
