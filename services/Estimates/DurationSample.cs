namespace SmartQueue.Estimates;

/// <summary>How long something took each time it was seen lately: the chance that it ends.</summary>
internal sealed class DurationSample
{
    private readonly Ring<double> latest = new(4000);
    private double[] sorted = [];

    /// <summary>How many were taken in.</summary>
    public int Count => sorted.Length;

    public void Add(double seconds) => latest.Add(seconds);

    /// <summary>Takes in what was added.</summary>
    public void Sort() => sorted = [.. latest.Newest().Order()];

    /// <summary>The chance that what has gone on for some time ends within a time.</summary>
    public double EndsWithin(double seconds, double age) => 1 - Lasting(age + seconds) / Lasting(age);

    private double Lasting(double seconds)
    {
        var index = Array.BinarySearch(sorted, seconds);
        return (sorted.Length - (index < 0 ? ~index : index) + 0.5) / (sorted.Length + 1);
    }
}
