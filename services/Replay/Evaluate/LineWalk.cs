using SmartQueue.Estimates;

namespace SmartQueue.Replay.Evaluate;

/// <summary>
/// Walks the visits of a line in the order of time. Everyone who had to wait is promised something on joining and at half their wait; a
/// promise knows the events up to its second and no later ones, and learning happens when a wait is over.
/// </summary>
internal static class LineWalk
{
    /// <summary>Walks from the first arrival to the last end, and scores each promise when its wait is over.</summary>
    /// <param name="visits">The visits.</param>
    /// <param name="model">The estimator.</param>
    /// <param name="others">What it is compared with.</param>
    /// <param name="scored">Which visits count.</param>
    /// <param name="scores">Where the scores go.</param>
    /// <param name="shifts">What the estimator is told of counters, when it happens, in order; none where it has to infer them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static void Run(
        IReadOnlyList<LineVisit> visits,
        LineModel model,
        IReadOnlyList<IWaitGuess> others,
        Func<LineVisit, bool> scored,
        EstimateScores scores,
        IReadOnlyList<CounterShift> shifts,
        CancellationToken cancellationToken
    )
    {
        var promised = new Dictionary<(LineVisit, PromiseStage), (Promise Ours, List<GuessedWait> Theirs)>();
        var told = 0;
        foreach (var (at, kind, visit) in Steps(visits))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (; told < shifts.Count && shifts[told].At <= at; told++)
                Tell(shifts[told]);
            switch (kind)
            {
                case LineStepKind.Join:
                    model.Join(visit.Id, visit.Queue, 0, visit.Order, at);
                    if (visit.Call == visit.Arrival)
                        Call(visit, at);
                    else
                        Promise(visit, PromiseStage.Joining, at);
                    break;
                case LineStepKind.AskHalfway:
                    Promise(visit, PromiseStage.Waiting, at);
                    break;
                case LineStepKind.Call:
                    Call(visit, at);
                    break;
                case LineStepKind.EndOrLeave or LineStepKind.EndAtOnce:
                    if (visit.Call is null)
                        model.Leave(visit.Id, at);
                    else
                        model.End(visit.Id, at, visit.InLine);
                    foreach (var other in others)
                        other.Ended(visit, at);
                    break;
            }

            model.Sample(at);
            if (model.LearningDue)
                model.Learn();
        }

        void Tell(CounterShift shift)
        {
            if (shift.Open)
                model.Open(shift.Counter, shift.At);
            else
                model.Close(shift.Counter, shift.At);
        }

        void Promise(LineVisit visit, PromiseStage stage, DateTimeOffset at)
        {
            // Of those who give up there is no telling how long they would have waited.
            if (visit.Wait is null || model.PromiseTo(visit.Id, at) is not { } ours)
                return;
            var question = new WaitQuestion(visit, stage, at, ours.Ahead, model.HeadSince);
            promised.Add((visit, stage), (ours, [.. others.Select(o => o.Guess(question))]));
        }

        void Call(LineVisit visit, DateTimeOffset at)
        {
            if (visit.InLine)
                model.Call(visit.Id, visit.Counter, at);
            else
                model.Occupy(visit.Id, visit.Counter, null, at);
            foreach (var other in others)
                other.Called(visit, at);
            foreach (var stage in Enum.GetValues<PromiseStage>())
            {
                if (!promised.Remove((visit, stage), out var made))
                    continue;
                var wait = (visit.Wait!.Value / (stage == PromiseStage.Joining ? 1 : 2)).TotalSeconds;
                var hour = (stage == PromiseStage.Joining ? visit.Arrival : visit.Arrival + visit.Wait.Value / 2).Hour;
                foreach (var (other, guess) in others.Zip(made.Theirs))
                    other.Learn(visit, stage, guess.Middle, wait);
                if (!scored(visit))
                    continue;
                scores.Add(
                    EstimateScores.Ours,
                    visit.Queue,
                    stage,
                    hour,
                    new GuessedWait(made.Ours.Middle, made.Ours.Low, made.Ours.High),
                    wait
                );
                foreach (var (other, guess) in others.Zip(made.Theirs))
                    scores.Add(other.Name, visit.Queue, stage, hour, guess, wait);
            }
        }
    }

    private static List<(DateTimeOffset At, LineStepKind Kind, LineVisit Visit)> Steps(IReadOnlyList<LineVisit> visits)
    {
        var steps = new List<(DateTimeOffset At, LineStepKind Kind, LineVisit Visit)>(visits.Count * 3);
        foreach (var visit in visits)
        {
            if (visit.InLine)
                steps.Add((visit.Arrival, LineStepKind.Join, visit));
            if (visit.Wait is { } wait)
                steps.Add((visit.Arrival + wait / 2, LineStepKind.AskHalfway, visit));
            if (visit.Call is { } call && (call > visit.Arrival || !visit.InLine))
                steps.Add((call, LineStepKind.Call, visit));
            if (visit.End is { } end)
                steps.Add((end, end > (visit.Call ?? visit.Arrival) ? LineStepKind.EndOrLeave : LineStepKind.EndAtOnce, visit));
        }

        return [.. steps.OrderBy(s => s.At).ThenBy(s => s.Kind).ThenBy(s => s.Visit.Order)];
    }
}
