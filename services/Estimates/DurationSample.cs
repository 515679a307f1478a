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

    /// <summary>How much longer something lasts that has gone on for some time.</summary>
    /// <param name="even">Which of those seen, evenly from 0 to 1.</param>
    /// <param name="age">How long it has gone on.</param>
    /// <param name="usual">The mean where none was seen yet.</param>
    public double Rest(double even, double age, double usual)
    {
        if (sorted.Length == 0)
            return -usual * Math.Log(1 - even);
        var index = age > 0 ? Array.BinarySearch(sorted, age) : 0;
        var past = index < 0 ? ~index : index;
        // What has lasted longer than any before may last as long again.
        return past == sorted.Length ? age * even : sorted[past + (int)(even * (sorted.Length - past))] - age;
    }

    private double Lasting(double seconds)
    {
        var index = Array.BinarySearch(sorted, seconds);
        return (sorted.Length - (index < 0 ? ~index : index) + 0.5) / (sorted.Length + 1);
    }
}
