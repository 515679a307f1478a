namespace SmartQueue.Replay.Evaluate;

/// <summary>The scores of some days.</summary>
/// <param name="Title">Which days.</param>
/// <param name="Scores">The scores.</param>
/// <param name="Oracle">The method that knows what nobody can know, and is no baseline; <c>null</c> if there is none.</param>
internal sealed record EstimateReport(string Title, EstimateScores Scores, string? Oracle)
{
    /// <summary>The best other method by mean absolute error over both stages; the oracle is none.</summary>
    public EstimateScore BestBaseline(SmartQueue.Estimates.PromiseStage? stage = null) =>
        Scores
            .Methods.Where(m => m != EstimateScores.Ours && m != Oracle)
            .Select(m => Scores.Of(m, null, stage))
            .MinBy(s => s.MeanAbsoluteError)!;
}
