using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>What a process says of itself at <c>/metrics</c>.</summary>
public static class Metrics
{
    /// <summary>The sum of a metric's series; those without the labels are left out.</summary>
    public static async Task<double> SumAsync(Uri process, string metric, params IEnumerable<string> labels)
    {
        var series = await SeriesAsync(process, metric);
        Assert.NotEmpty(series);
        return series.Where(s => labels.All(s.Labels.Contains)).Sum(s => s.Value);
    }

    /// <summary>The same, where a metric may not have been measured yet.</summary>
    public static async Task<double> SumOrZeroAsync(Uri process, string metric, params IEnumerable<string> labels) =>
        (await SeriesAsync(process, metric)).Where(s => labels.All(s.Labels.Contains)).Sum(s => s.Value);

    /// <summary>A histogram's buckets, all series together: how many were at most the bound.</summary>
    public static async Task<IReadOnlyList<(double Bound, double Count)>> BucketsAsync(Uri process, string metric) =>
        [
            .. from s in await SeriesAsync(process, metric + "_bucket")
            group s.Value by BoundOf(s.Labels) into b
            orderby b.Key
            select (b.Key, b.Sum()),
        ];

    private static async Task<IReadOnlyList<(string Labels, double Value)>> SeriesAsync(Uri process, string metric)
    {
        using var client = new HttpClient { BaseAddress = process };
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return
        [
            .. from line in text.Split('\n')
            where line.StartsWith(metric + "{", StringComparison.Ordinal)
            let end = line.LastIndexOf('}')
            select (line[metric.Length..(end + 1)], double.Parse(line[(end + 2)..].Split(' ')[0], CultureInfo.InvariantCulture)),
        ];
    }

    private static double BoundOf(string labels)
    {
        var start = labels.IndexOf("le=\"", StringComparison.Ordinal) + 4;
        var bound = labels[start..labels.IndexOf('"', start)];
        return bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
    }
}
