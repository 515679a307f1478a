namespace SmartQueue.Replay.Simulate;

/// <summary>A small generator (SplitMix64), so that a seed gives the same day on every version of the runtime.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Evenly from 0 (inclusive) to 1 (exclusive).</summary>
    public double Even()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public double Exponential(double mean) => -mean * Math.Log(1 - Even());

    public double LogNormal(double median, double sigma) =>
        median * Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(1 - Even())) * Math.Cos(2 * Math.PI * Even()));

    /// <summary>The index of one of some weights, as often as its weight says.</summary>
    public int Pick(IReadOnlyList<double> weights)
    {
        var left = Even() * weights.Sum();
        for (var i = 0; i < weights.Count - 1; i++)
        {
            left -= weights[i];
            if (left < 0)
                return i;
        }

        return weights.Count - 1;
    }
}
