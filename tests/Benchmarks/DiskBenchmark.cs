namespace SmartQueue.Benchmarks;

/// <summary>How much a taken number adds to the files, against what it added on 2026-11-27. As many were taken before, whose events have come
/// and gone: what they took of the files is used again.</summary>
internal static class DiskBenchmark
{
    private static readonly IReadOnlyList<(string Store, double Before)> Stores = [("tickets", 3.6), ("notifications", 2.0)];

    public static async Task RunAsync(Run run)
    {
        var count = run.Of(8_000, 1_000);
        await using var office = await Office.StartAsync();
        var takes = await Takes.InAsync(office, 2 * count);
        using (var load = await Load.ConnectAsync(office.System.Address))
            await load.SendAsync(count, takes.Next);
        await office.SettleAsync();
        await office.RestartAsync();
        var before = Stores.Select(s => SizeOf(office, s.Store)).ToList();
        using (var load = await Load.ConnectAsync(office.System.Address))
            await load.SendAsync(count, takes.Next);
        await office.SettleAsync();
        await office.System.StopAsync();
        for (var i = 0; i < Stores.Count; i++)
            run.Add(
                new()
                {
                    Id = "disk." + Stores[i].Store,
                    What = $"{Stores[i].Store}.db a taken number",
                    Ours = new((SizeOf(office, Stores[i].Store) - before[i]) / 1e3 / count, "KB"),
                    Against = new(Stores[i].Before, "KB"),
                    AgainstWhat = "baseline",
                    Better = Better.Lower,
                    Aim = 0.5,
                    IsKept = true,
                }
            );
    }

    // With what is still in the log.
    private static long SizeOf(Office office, string store) =>
        new DirectoryInfo(office.Folder).GetFiles(store + ".db*").Where(f => f.Extension != ".db-shm").Sum(f => f.Length);
}
