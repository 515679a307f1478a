namespace SmartQueue.Replay.Play;

/// <summary>Every measured time of one kind of step, kept whole so that percentiles are exact.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    /// <summary>Percentiles by nearest rank in milliseconds, one per share from above 0 to 1; none of nothing.</summary>
    public IReadOnlyList<double>? Percentiles(params double[] shares)
    {
        if (_milliseconds.Count == 0)
            return null;
        var sorted = _milliseconds.Order().ToArray();
        // The small step back keeps 0.99 * 100 from becoming rank 100 through rounding.
        return [.. shares.Select(share => sorted[Math.Clamp((int)Math.Ceiling((share * sorted.Length) - 1e-9) - 1, 0, sorted.Length - 1)])];
    }
}
