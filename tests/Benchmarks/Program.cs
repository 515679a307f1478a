using SmartQueue.Benchmarks;

return await BenchmarkCommand.RunAsync(args);
