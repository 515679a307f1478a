using MongoDB.Driver;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Host.Commands;

/// <summary>A command on the storage of a system that may be running in another process.</summary>
internal static class StorageCommand
{
    /// <summary>Returns what the command returns, or 1 with one sentence on standard error.</summary>
    /// <param name="args">What stands after the command and its own arguments: <c>--services</c> and settings.</param>
    /// <param name="command">Gets the settings, the storages as they can be looked at, and where they are opened for work.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        Func<ModuleContext, IReadOnlyList<StoreView>, IServiceProvider, Task<int>> command
    )
    {
        try
        {
            var context = ProcessSettings.Context(args);
            await using var storage = context.BuildStorage();
            return await command(context, [.. storage.GetServices<StoreView>()], storage);
        }
        catch (Exception e) when (e is StartupException or MongoException)
        {
            return await RefuseAsync(e.Message);
        }
        catch (TimeoutException)
        {
            return await RefuseAsync("The MongoDB that MONGODB_URI names does not answer.");
        }
    }

    /// <summary>Returns 1 with a sentence on standard error.</summary>
    public static async Task<int> RefuseAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return 1;
    }

    /// <summary>Looks at all of them at once, since a server that is away keeps each waiting.</summary>
    public static Task<StoreState[]> LookAsync(IReadOnlyList<StoreView> stores, CancellationToken stop) =>
        Task.WhenAll(stores.Select(s => s.LookAsync(stop)));

    /// <summary>Prints the steps that the next start takes.</summary>
    public static void PrintPending(StoreState state)
    {
        foreach (var (version, summary) in state.Pending)
            Console.WriteLine($"  to version {version}: {summary}");
    }
}
