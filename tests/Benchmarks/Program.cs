using SmartQueue.Benchmarks;

// A class and a line here for each.
var benchmarks = new Dictionary<string, Func<Task>>
{
    ["analytics"] = AnalyticsBenchmark.RunAsync,
    ["bus"] = BusBenchmark.RunAsync,
    ["calls"] = CallsBenchmark.RunAsync,
    ["edge"] = EdgeBenchmark.RunAsync,
    ["estimates"] = () =>
    {
        EstimatesBenchmark.Run();
        return Task.CompletedTask;
    },
    ["graphql"] = GraphQlBenchmark.RunAsync,
    ["push"] = PushBenchmark.RunAsync,
};

if (args is not [var name] || !benchmarks.TryGetValue(name, out var run))
{
    await Console.Error.WriteLineAsync($"Name one of: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

await run();
return 0;
