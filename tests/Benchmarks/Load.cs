using System.Diagnostics;

namespace SmartQueue.Benchmarks;

/// <summary>Requests over some connections, each of which sends its next one when it has the answer to the last.</summary>
internal sealed class Load : IDisposable
{
    private readonly Wire[] wires;

    private Load(Wire[] wires) => this.wires = wires;

    public static async Task<Load> ConnectAsync(Uri address, int connections = 32) =>
        new(await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Wire.ConnectAsync(address))));

    /// <summary>Sends a number of requests.</summary>
    /// <param name="count">How many.</param>
    /// <param name="request">The bytes of each, by its number from 0 on.</param>
    public Task<Pace> SendAsync(int count, Func<int, byte[]> request) => SendAsync(i => i < count, request);

    /// <summary>Sends requests until it is told to end.</summary>
    public Task<Pace> SendAsync(Func<int, byte[]> request, CancellationToken end) => SendAsync(_ => !end.IsCancellationRequested, request);

    /// <summary>Sends requests for a time.</summary>
    public Task<Pace> SendAsync(TimeSpan time, Func<int, byte[]> request)
    {
        var start = Stopwatch.GetTimestamp();
        return SendAsync(_ => Stopwatch.GetElapsedTime(start) < time, request);
    }

    public void Dispose()
    {
        foreach (var wire in wires)
            wire.Dispose();
    }

    private async Task<Pace> SendAsync(Func<int, bool> goesOn, Func<int, byte[]> request)
    {
        var latencies = new List<double>[wires.Length];
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            wires.Select(
                async (wire, i) =>
                {
                    latencies[i] = [];
                    for (int number; goesOn(number = Interlocked.Increment(ref next)); )
                    {
                        var start = Stopwatch.GetTimestamp();
                        await wire.SendAsync(request(number));
                        latencies[i].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    }
                }
            )
        );
        return new(watch.Elapsed, [.. latencies.SelectMany(l => l).Order()]);
    }
}

/// <summary>What came of some requests.</summary>
/// <param name="Elapsed">From the first one to the last answer.</param>
/// <param name="Latencies">In milliseconds, ascending.</param>
internal sealed record Pace(TimeSpan Elapsed, IReadOnlyList<double> Latencies)
{
    public int Count => Latencies.Count;

    public double PerSecond => Count / Elapsed.TotalSeconds;

    public double P99 => Latencies[(int)(Count * 0.99)];
}
