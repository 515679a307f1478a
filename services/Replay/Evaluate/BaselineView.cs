using SmartQueue.Estimates;
using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Evaluate;

/// <summary>What the baselines see of the line, and the plainest of them: the running median as a constant.</summary>
internal sealed class BaselineView(IReadOnlyDictionary<string, double> averages) : IWaitGuess
{
    private static readonly TimeSpan OpenFor = TimeSpan.FromMinutes(15);
    private readonly Dictionary<string, DateTimeOffset> active = [];
    private readonly Dictionary<string, string> busy = [];
    private readonly SortedSample[] waits = [new(), new()];
    private readonly SortedSample[,] hours = new SortedSample[2, 24];
    private readonly List<(PromiseStage Stage, int Hour, double Wait)> today = [];
    private DateTime day;
    private double sum;
    private int count;

    public string Name => "running median";

    public double MeanService => count == 0 ? averages.Values.DefaultIfEmpty(180).Average() : sum / count;

    public int BusyCounters => busy.Count;

    public double LastWait { get; private set; } = 60;

    public double DefinitionAverage(string queue) => averages.GetValueOrDefault(queue, MeanService);

    public int OpenCounters(DateTimeOffset at) => active.Count(c => busy.ContainsKey(c.Key) || at - c.Value < OpenFor);

    public double SameHour(PromiseStage stage, DateTimeOffset at)
    {
        if (at.Date != day)
        {
            foreach (var (s, hour, wait) in today)
                (hours[(int)s, hour] ??= new SortedSample()).Add(wait);
            today.Clear();
            day = at.Date;
        }

        return hours[(int)stage, at.Hour] is { Count: > 0 } earlier ? earlier.Quantile(0.5) : Median(stage);
    }

    public GuessedWait Guess(WaitQuestion question)
    {
        var seen = waits[(int)question.Stage];
        return seen.Count == 0 ? new GuessedWait(60, 0, 120) : new GuessedWait(seen.Quantile(0.5), seen.Quantile(0.1), seen.Quantile(0.9));
    }

    public void Called(LineVisit visit, DateTimeOffset at)
    {
        if (visit.Wait is { } wait)
            LastWait = wait.TotalSeconds;
        if (visit.Counter is not { } counter)
            return;
        active[counter] = at;
        busy[counter] = visit.Id;
    }

    public void Ended(LineVisit visit, DateTimeOffset at)
    {
        if (visit.Counter is { } counter)
        {
            active[counter] = at;
            if (busy.GetValueOrDefault(counter) == visit.Id)
                busy.Remove(counter);
        }

        if (!visit.InLine || visit.Call is not { } call)
            return;
        sum += (at - call).TotalSeconds;
        count++;
    }

    public void Learn(LineVisit visit, PromiseStage stage, double guess, double wait)
    {
        waits[(int)stage].Add(wait);
        today.Add((stage, (stage == PromiseStage.Joining ? visit.Arrival : visit.Arrival + TimeSpan.FromSeconds(wait)).Hour, wait));
    }

    private double Median(PromiseStage stage) => waits[(int)stage].Count == 0 ? 60 : waits[(int)stage].Quantile(0.5);
}
