namespace SmartQueue.Estimates;

/// <summary>How long services took, as seen: the chance that one goes on.</summary>
internal sealed class ServiceTimes
{
    private readonly Ring<double> latest = new(4000);
    private double[] sorted = [];

    public void Add(double seconds) => latest.Add(seconds);

    /// <summary>Takes in what was added.</summary>
    public void Sort() => sorted = [.. latest.Newest().Order()];

    /// <summary>The chance that a service of some age ends within a time.</summary>
    public double EndsWithin(double seconds, double age) => 1 - Lasting(age + seconds) / Lasting(age);

    private double Lasting(double seconds)
    {
        var index = Array.BinarySearch(sorted, seconds);
        return (sorted.Length - (index < 0 ? ~index : index) + 0.5) / (sorted.Length + 1);
    }
}
