namespace SmartQueue.Replay.Days;

/// <summary>Values kept in order, for running quantiles.</summary>
internal sealed class SortedSample
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public void Add(double value)
    {
        var index = values.BinarySearch(value);
        values.Insert(index < 0 ? ~index : index, value);
    }

    public double Quantile(double level) => values[Math.Clamp((int)(level * values.Count), 0, values.Count - 1)];
}
