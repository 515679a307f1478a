using System.Diagnostics;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>The whole product in one process on a folder of its own, as <c>./run</c> starts it, with an admin and without limits of
/// requests.</summary>
internal sealed class Office : IAsyncDisposable
{
    /// <summary>The most a queue holds.</summary>
    public const int MostInLine = 10_000;

    /// <summary>Limits are for strangers; the load comes from one address.</summary>
    public static readonly IReadOnlyDictionary<string, string> Unlimited = new Dictionary<string, string>
    {
        ["RATE_LIMIT_PER_ACCOUNT"] = "0",
        ["RATE_LIMIT_PER_ADDRESS"] = "0",
        ["CONNECTIONS_PER_ADDRESS"] = "0",
    };

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly TemporaryFolder folder;

    private Office(TemporaryFolder folder, SystemProcess system)
    {
        this.folder = folder;
        System = system;
        Admin = new(system.Address);
    }

    public SystemProcess System { get; private set; }

    public SystemClient Admin { get; private set; }

    /// <summary>The folder of its data.</summary>
    public string Folder => folder.Path;

    public static async Task<Office> StartAsync()
    {
        var folder = new TemporaryFolder();
        try
        {
            var office = new Office(folder, await StartAsync(folder.Path));
            await office.Admin.SignInAsync();
            return office;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts a process on a folder, and waits until it is ready.</summary>
    public static Task<SystemProcess> StartAsync(string folder) => SystemProcess.StartAsync(folder, Ports.Free(1)[0], Unlimited);

    /// <summary>Stops the process and starts another one on its data.</summary>
    public async Task RestartAsync()
    {
        await System.StopAsync();
        await System.DisposeAsync();
        Admin.Dispose();
        System = await StartAsync(Folder);
        Admin = new(System.Address);
    }

    /// <summary>A queue that holds as many as it may.</summary>
    /// <param name="booking">How it takes appointments; <c>null</c> where it takes none.</param>
    public Task<string> DefineQueueAsync(object? booking = null) =>
        Admin.DefineQueueAsync(
            new
            {
                name = "Passports",
                maxActiveTickets = MostInLine,
                numberReset = "never",
                booking,
            }
        );

    /// <summary>Waits until the process has done what followed from the requests: it uses the processor no more.</summary>
    /// <returns>What it has used of the processors until then.</returns>
    public async Task<TimeSpan> SettleAsync()
    {
        var watch = Stopwatch.StartNew();
        var before = System.ProcessorTime;
        while (true)
        {
            await Task.Delay(Look);
            var now = System.ProcessorTime;
            if (now - before <= Look / 20)
                return now;
            if (watch.Elapsed > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException("The process does not come to rest.");
            before = now;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        Admin.Dispose();
        folder.Dispose();
    }
}
