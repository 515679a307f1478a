namespace SmartQueue.Estimates;

/// <summary>
/// Learns the whole distribution of waits from features: a ridge fit, of what the line played forward leaves where counters are told of,
/// and for what the fit leaves a quantile regression forest (Meinshausen,
/// "Quantile Regression Forests", JMLR 7, 2006). A leaf keeps quantiles and not its members, and the trees' quantiles are averaged, so
/// that an estimate takes microseconds.
/// </summary>
internal sealed class QuantileForest
{
    private const int Trees = 40;
    private const int Leaf = 25;
    private const int CoarseLeaf = 500;
    private const double Penalty = 2;
    private const double CoarsePenalty = 30;
    private const int TriedFeatures = 30;
    private const int TriedThresholds = 8;
    private const double Sampled = 0.6;

    private readonly int count;
    private readonly RidgeFit fit;
    private readonly Node[] trees = new Node[Trees];

    /// <summary>Learns. The same lessons give the same forest.</summary>
    /// <param name="lessons">What is learned from; it is learned from what all of them know.</param>
    /// <param name="coarse">Whether little is left to learn, so that what looks like more is chance.</param>
    public QuantileForest(IReadOnlyList<TrainingExample> lessons, bool coarse)
    {
        count = lessons.Min(l => l.Features.Length);
        var features = lessons.Select(l => l.Features.Length == count ? l.Features : l.Features[..count]).ToArray();
        var logs = lessons.Select((l, i) => WaitDistribution.Log(l.Wait) - LineFeatures.PlayedLog(features[i])).ToArray();
        fit = new RidgeFit(features, logs, coarse ? CoarsePenalty : Penalty);
        var left = features.Select((f, i) => (float)(logs[i] - fit.At(f))).ToArray();
        var random = new Random(1);
        for (var i = 0; i < Trees; i++)
        {
            var members = new int[Math.Max(1, (int)(lessons.Count * Sampled))];
            for (var m = 0; m < members.Length; m++)
                members[m] = random.Next(lessons.Count);
            trees[i] = Grow(members, features, left, coarse ? CoarseLeaf : Leaf, random);
        }
    }

    /// <summary>The distribution of the wait for some features.</summary>
    public WaitDistribution At(ReadOnlySpan<float> features)
    {
        var logs = new double[WaitDistribution.Levels];
        foreach (var tree in trees)
        {
            var node = tree;
            while (node.Quantiles is null)
                node = features[node.Feature] <= node.Threshold ? node.Low! : node.High!;
            for (var i = 0; i < logs.Length; i++)
                logs[i] += node.Quantiles[i];
        }

        var known = features[..count];
        var fitted = LineFeatures.PlayedLog(known) + fit.At(known);
        for (var i = 0; i < logs.Length; i++)
            logs[i] = logs[i] / Trees + fitted;
        return new WaitDistribution(logs);
    }

    private static Node Grow(int[] members, float[][] features, float[] left, int leaf, Random random)
    {
        double total = 0;
        foreach (var m in members)
            total += left[m];
        var best = total * total / members.Length + 1e-9;
        var (feature, threshold) = (-1, 0f);
        for (var f = 0; f < TriedFeatures && members.Length >= 2 * leaf; f++)
        {
            var tried = random.Next(features[0].Length);
            for (var t = 0; t < TriedThresholds; t++)
            {
                var limit = features[members[random.Next(members.Length)]][tried];
                var count = 0;
                double sum = 0;
                foreach (var m in members)
                {
                    if (features[m][tried] > limit)
                        continue;
                    count++;
                    sum += left[m];
                }

                if (count < leaf || members.Length - count < leaf)
                    continue;
                var gain = sum * sum / count + (total - sum) * (total - sum) / (members.Length - count);
                if (gain > best)
                    (best, feature, threshold) = (gain, tried, limit);
            }
        }

        return feature < 0
            ? new Node { Quantiles = WaitDistribution.Of([.. members.Select(m => left[m])]) }
            : new Node
            {
                Feature = feature,
                Threshold = threshold,
                Low = Grow([.. members.Where(m => features[m][feature] <= threshold)], features, left, leaf, random),
                High = Grow([.. members.Where(m => features[m][feature] > threshold)], features, left, leaf, random),
            };
    }

    private sealed class Node
    {
        public int Feature { get; init; }

        public float Threshold { get; init; }

        public Node? Low { get; init; }

        public Node? High { get; init; }

        public float[]? Quantiles { get; init; }
    }
}
