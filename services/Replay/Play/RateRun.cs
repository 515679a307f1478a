using System.Globalization;
using System.Threading.Channels;
using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Play;

/// <summary>Numbers taken in one queue at a constant rate, while eight counters call and serve.</summary>
internal sealed class RateRun(double rate, double seconds) : IRun
{
    private const int Counters = 8;
    private const int ServiceTime = 60;

    public string Title => string.Create(CultureInfo.InvariantCulture, $"{rate:0.##} numbers a second for {seconds:0.##} s");

    public string? Note => null;

    public int Customers { get; } = (int)Math.Round(rate * seconds);

    public Figures Plan => new(Customers, Customers, Customers, 0, 0);

    public async Task<IReadOnlyList<PlayedQueue>> PrepareAsync(ApiClient api, TimeProvider time, CancellationToken cancellationToken) =>
        [await PlayedQueue.CreateAsync(api, "Rate", ServiceTime, Plan, time, cancellationToken)];

    public async Task PlayAsync(IReadOnlyList<PlayedQueue> queues, StepRunner desk, Tally tally, CancellationToken cancellationToken)
    {
        var queue = queues[0];
        var waiting = Channel.CreateUnbounded<bool>();
        var counters = Enumerable.Range(1, Counters).Select(ServeAsync).ToList();
        var takes = new List<Task>(Customers);
        try
        {
            for (var i = 0; i < Customers; i++)
            {
                var due = TimeSpan.FromSeconds(i / rate);
                await desk.UntilAsync(due, cancellationToken);
                takes.Add(TakeAsync(due));
            }

            await Task.WhenAll(takes);
        }
        finally
        {
            await Task.WhenAll(takes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            waiting.Writer.Complete();
            await Task.WhenAll(counters);
        }

        async Task TakeAsync(TimeSpan due)
        {
            if (await desk.TakeAsync(queue, due, cancellationToken) is not null)
                await waiting.Writer.WriteAsync(true, cancellationToken);
            else
                tally.Finish();
        }

        async Task ServeAsync(int number)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"C{number}");
            var failures = 0;
            // One note for each number taken, so somebody waits whenever a counter calls; nobody there is a failure.
            await foreach (var _ in waiting.Reader.ReadAllAsync(cancellationToken))
            {
                var counter = failures == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{failures}");
                var served =
                    await desk.CallNextAsync(queue, counter, desk.Now, cancellationToken) is { } id
                    && await desk.ServeAsync(id, counter, desk.Now, cancellationToken);
                // After a failure the counter may still hold a ticket; it goes on under another name.
                if (!served)
                    failures++;
                tally.Finish();
            }
        }
    }

    public string Achieved(TimeSpan elapsed, Tally tally)
    {
        // The last number is due one interval before the end, and the rate is over whole intervals.
        var taking = tally.LastTake + TimeSpan.FromSeconds(1 / rate);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Accepted(StepKind.Take) / taking.TotalSeconds:0.#} numbers a second taken ({rate:0.##} asked for), everyone through after {elapsed.TotalSeconds:0.0} s"
        );
    }
}
