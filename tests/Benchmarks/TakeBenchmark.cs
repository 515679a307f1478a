namespace SmartQueue.Benchmarks;

/// <summary>
/// What a taken number costs of the processor, with all that follows (outbox, bus, consumers, push), and how many are taken a second; each
/// against reading a queue, in turns with it. Everything is on, in one process; a number counts when it is on disk and answered.
/// </summary>
internal static class TakeBenchmark
{
    private const int Rounds = 3;
    private static readonly Figure Limit = new(250, "µs");

    public static async Task RunAsync(Run run)
    {
        var (first, warmUp, measured) = (run.Of(10_000, 3_000), run.Of(20_000, 3_000), run.Of(5_000, 1_500));
        await using var office = await Office.StartAsync();
        var takes = await Takes.InAsync(office, first + warmUp + (Rounds * measured));
        var read = Wire.Request(HttpMethod.Get, "/api/queues/" + await office.DefineQueueAsync());
        using var load = await Load.ConnectAsync(office.System.Address);

        var cold = (await MeasureAsync(() => load.SendAsync(first, takes.Next))).Cost;
        await load.SendAsync(warmUp, takes.Next);
        var readFor = TimeSpan.FromSeconds(run.Of(3.0, 0.7));
        await load.SendAsync(readFor, _ => read);
        var rounds = new List<((double PerSecond, double Cost) Read, (double PerSecond, double Cost) Take)>();
        await office.SettleAsync();
        for (var i = 0; i < Rounds; i++)
            rounds.Add(
                (
                    await MeasureAsync(() => load.SendAsync(readFor, _ => read)),
                    await MeasureAsync(() => load.SendAsync(measured, takes.Next))
                )
            );
        var (readRate, takeRate) = (Middle(rounds.Select(r => r.Read.PerSecond)), Middle(rounds.Select(r => r.Take.PerSecond)));
        var (readCost, takeCost) = (Middle(rounds.Select(r => r.Read.Cost)), Middle(rounds.Select(r => r.Take.Cost)));

        run.Add(
            new()
            {
                Id = "take.rate",
                What = "numbers taken a second",
                Ours = new(takeRate, "/s"),
                Against = new(readRate, "/s"),
                AgainstWhat = "reading a queue",
                Better = Better.Higher,
                Aim = 0.25,
            }
        );
        run.Add(
            new()
            {
                Id = "take.processor",
                What = "processor of a taken number, warm",
                Ours = new(takeCost, "µs"),
                Against = Limit,
                AgainstWhat = "limit",
                Better = Better.Lower,
                Aim = 1,
            }
        );
        run.Add(
            new()
            {
                Id = "take.processor-of-read",
                What = "processor of a taken number, warm",
                Ours = new(takeCost, "µs"),
                Against = new(readCost, "µs"),
                AgainstWhat = "reading a queue",
                Better = Better.Lower,
                IsKept = true,
            }
        );
        run.Add(
            new()
            {
                Id = "take.first",
                What = FormattableString.Invariant($"processor of a taken number, of the first {first:N0}"),
                Ours = new(cold, "µs"),
                Against = new(takeCost, "µs"),
                AgainstWhat = "warm",
                Better = Better.Lower,
                IsKept = true,
            }
        );

        // The processor a request, in microseconds, to the end of what follows from it.
        async Task<(double PerSecond, double Cost)> MeasureAsync(Func<Task<Pace>> send)
        {
            var before = office.System.ProcessorTime;
            var pace = await send();
            return (pace.PerSecond, (await office.SettleAsync() - before).TotalMicroseconds / pace.Count);
        }
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
