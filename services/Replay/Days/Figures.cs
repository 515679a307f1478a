namespace SmartQueue.Replay.Days;

/// <summary>Counts of one queue; <c>null</c> where the source does not tell.</summary>
internal sealed record Figures(int? Created = null, int? Called = null, int? Served = null, int? Cancelled = null, int? Waiting = null)
{
    /// <summary>Whether all that is told is as planned.</summary>
    public bool Matches(Figures plan) =>
        Same(Created, plan.Created)
        && Same(Called, plan.Called)
        && Same(Served, plan.Served)
        && Same(Cancelled, plan.Cancelled)
        && Same(Waiting, plan.Waiting);

    private static bool Same(int? told, int? planned) => told is null || told == planned;
}
