using SmartQueue.Hosting.Http;

namespace SmartQueue.Notifications.Following;

/// <summary>The front of a line.</summary>
/// <param name="Waiting">Who waits there, by number.</param>
/// <param name="Numbers">All numbers in it, those called too.</param>
/// <param name="Whole">Whether that is all of the line.</param>
internal sealed record LineHead(IReadOnlyDictionary<string, LinePlace> Waiting, IReadOnlySet<string> Numbers, bool Whole)
{
    /// <summary>A line nobody stands in.</summary>
    public static readonly LineHead Empty = new(new Dictionary<string, LinePlace>(), new HashSet<string>(), true);

    /// <summary>The head of a list of tickets.</summary>
    public static LineHead Of(Page<LinePlace> page)
    {
        // A number that yesterday's ticket still holds says nothing of whose it is.
        var waiting = page
            .Items.GroupBy(p => p.TicketNumber)
            .Where(g => g.Count() == 1)
            .Select(g => g.First())
            .Where(p => p.Position is not null);
        return new(waiting.ToDictionary(p => p.TicketNumber), page.Items.Select(p => p.TicketNumber).ToHashSet(), page.NextCursor is null);
    }

    /// <summary>
    /// Those who have left, though that was not heard here: their number is gone, or a later ticket has it, since numbers come again on
    /// another day. The places of the line are not theirs.
    /// </summary>
    public IReadOnlySet<FollowedTicket> Left(IEnumerable<FollowedTicket> followed) =>
        followed
            .GroupBy(t => t.Number)
            .SelectMany(g => Whole && !Numbers.Contains(g.Key) ? g : g.OrderByDescending(t => t.TicketId, StringComparer.Ordinal).Skip(1))
            .ToHashSet();
}
