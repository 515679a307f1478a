using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>What a process says of itself at <c>/metrics</c>.</summary>
public static class Metrics
{
    /// <summary>The sum of a metric's series; those without the labels are left out.</summary>
    public static async Task<double> SumAsync(Uri process, string metric, params IEnumerable<string> labels)
    {
        using var client = new HttpClient { BaseAddress = process };
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var series = text.Split('\n').Where(l => l.StartsWith(metric + "{", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(series);
        return series.Where(l => labels.All(l.Contains)).Sum(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
