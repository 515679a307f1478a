using System.Globalization;

namespace SmartQueue.Analytics.Operations;

/// <summary>What a process said of itself at <c>/metrics</c>, in the Prometheus text format (version 0.0.4).</summary>
internal sealed class MetricsSnapshot
{
    private readonly List<(string Name, string Labels, double Value)> series = [];

    /// <summary>Reads the text; lines of other forms are passed over.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">When it was read.</param>
    public MetricsSnapshot(string text, DateTimeOffset at)
    {
        At = at;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            // Labels may hold blanks, so the value is sought behind them.
            var open = line.IndexOf('{');
            var close = line.LastIndexOf('}');
            if (line.StartsWith('#') || open < 0 || close < open || !line.StartsWith("smartqueue_"))
                continue;
            var value = line[(close + 1)..].Trim();
            var end = value.IndexOf(' ');
            if (double.TryParse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture, out var number))
                series.Add((line[..open].ToString(), line[(open + 1)..close].ToString(), number));
        }
    }

    /// <summary>When it was read.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The sum of a metric's series of one service: by its own name, or by the name of its queues.</summary>
    public double Sum(string metric, string service) =>
        series
            .Where(s =>
                s.Name == metric
                && (
                    s.Labels.Contains($"service=\"{service}\"", StringComparison.Ordinal)
                    || s.Labels.Contains($"queue=\"{service}\"", StringComparison.Ordinal)
                    || s.Labels.Contains($"queue=\"{service}-", StringComparison.Ordinal)
                )
            )
            .Sum(s => s.Value);
}
