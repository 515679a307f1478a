using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Http;

/// <summary>A counter as a manager sends it. On a change, what is absent stays.</summary>
internal sealed record CounterDefinitionRequest(string? BranchId, string? Name, IReadOnlyList<QueueRankRequest?>? Queues, string? Rule)
{
    private const int MaxName = 20;
    private const int MaxQueues = 200;
    private const int MaxId = 64;
    private const int MaxRank = 200;

    /// <summary>The definition it makes of one that stands.</summary>
    /// <param name="standing">What is there; <c>null</c> for a new counter.</param>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public CounterDefinition Validate(CounterDefinition? standing)
    {
        var errors = new FieldErrors();
        var branch = errors.Optional("branchId", BranchId, MaxId) ?? standing?.BranchId ?? Branches.Main;
        if (standing is not null && branch != standing.BranchId)
            errors.Add("branchId", "cannot be changed");
        var definition = new CounterDefinition(
            branch,
            standing is not null && Name is null ? standing.Name : errors.Required("name", Name, MaxName),
            Queues is null ? standing?.Queues ?? [] : ReadQueues(errors),
            Rule is null ? standing?.Rule ?? CounterRule.Oldest : ReadRule(errors)
        );
        errors.ThrowIfAny();
        return definition;
    }

    private List<QueueRank> ReadQueues(FieldErrors errors)
    {
        if (Queues!.Count > MaxQueues)
        {
            errors.Add("queues", $"must have at most {MaxQueues} entries");
            return [];
        }

        var free = new Queue<int>(Enumerable.Range(1, MaxRank).Except(Queues.Select(q => q?.Rank).OfType<int>()));
        var seen = new HashSet<int>();
        var queues = new List<QueueRank>();
        for (var i = 0; i < Queues.Count; i++)
        {
            var queueId = errors.Required(Item(i, "queueId"), Queues[i]?.QueueId, MaxId);
            if (Queues[i]?.Rank is { } rank)
            {
                errors.Range(Item(i, "rank"), rank, 1, 1, MaxRank);
                if (!seen.Add(rank))
                    errors.Add(Item(i, "rank"), "must differ from the ranks of the other queues");
                queues.Add(new QueueRank(queueId, rank));
            }
            else
            {
                queues.Add(new QueueRank(queueId, free.Dequeue()));
            }
        }

        if (queues.GroupBy(q => q.QueueId, StringComparer.Ordinal).Any(g => g.Count() > 1))
            errors.Add("queues", "must name each queue once");
        return queues;
    }

    private CounterRule ReadRule(FieldErrors errors)
    {
        switch (Rule)
        {
            case "oldest":
                return CounterRule.Oldest;
            case "ranked":
                return CounterRule.Ranked;
            default:
                errors.Add("rule", "must be oldest or ranked");
                return default;
        }
    }

    private static string Item(int index, string member) => string.Create(CultureInfo.InvariantCulture, $"queues[{index}].{member}");
}

/// <summary>A queue that a counter serves.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Rank">1 is served first where the counter goes by rank; no two queues have the same. The next free one if absent.</param>
internal sealed record QueueRankRequest(string? QueueId, int? Rank);

/// <summary>Sits down at a counter.</summary>
/// <param name="TakeOver">Also where somebody else sits there.</param>
internal sealed record OpenCounterRequest(bool? TakeOver);

/// <summary>Leaves a counter for a while.</summary>
/// <param name="Reason">Why; colleagues see it.</param>
internal sealed record BreakRequest(string? Reason);

/// <summary>Calls the next of all queues of a counter.</summary>
/// <param name="Complete">Serve the ticket it holds first.</param>
internal sealed record CallAtCounterRequest(bool? Complete);

/// <summary>Calls a chosen ticket.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Complete">Serve the one that the counter holds first.</param>
internal sealed record CallTicketRequest(string? TicketId, bool? Complete);
