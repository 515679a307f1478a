using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Figures;

/// <summary>What became of all tickets of an account.</summary>
/// <param name="Created">All of them.</param>
/// <param name="Served">Served.</param>
/// <param name="Cancelled">Given up.</param>
/// <param name="NoShow">Called and did not come.</param>
/// <param name="AverageWaitTime">Seconds to the first call, mean of those ever called; <c>null</c> without any.</param>
internal sealed record UserTotals(int Created, int Served, int Cancelled, int NoShow, double? AverageWaitTime)
{
    /// <summary>The totals of these tickets.</summary>
    public static UserTotals Of(IReadOnlyList<TicketFact> facts) =>
        new(
            facts.Count,
            facts.Count(f => f.Status == TicketStatus.Served),
            facts.Count(f => f.Status == TicketStatus.Cancelled),
            facts.Count(f => f.Status == TicketStatus.NoShow),
            DurationFigures.MeanOf([.. facts.Select(f => f.WaitTime()).OfType<TimeSpan>().Select(w => (long)w.TotalMilliseconds)])
        );
}
