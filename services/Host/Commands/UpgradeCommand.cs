using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Host.Commands;

/// <summary>Brings every service's storage to the version of this SmartQueue without serving, as the next start would; or tells what that
/// start would do.</summary>
internal static class UpgradeCommand
{
    private const int Pending = 2;

    /// <summary>
    /// Returns 0, or 1 with a sentence on standard error: a storage is of a later version or cannot be read, or a process has the files
    /// open. With <c>--check</c> it changes nothing, and returns 2 when steps are pending.
    /// </summary>
    public static Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        var (check, rest) = args is ["--check", .. var after] ? (true, after) : (false, args);
        return StorageCommand.RunAsync(rest, async (_, stores, storage) =>
        {
            var states = await StorageCommand.LookAsync(stores, stop);
            // All of them first: one that is refused leaves the others as they are.
            if (states.Select(s => s.Refusal).FirstOrDefault(r => r is not null) is { } refusal)
                throw refusal;
            // Opens the files, and fails where a process has them.
            if (!check)
                await UpgradeAsync([.. storage.GetServices<ISchema>()], stop);
            var pending = states.Where(s => s.Pending.Count > 0).ToList();
            if (pending.Count == 0)
                Console.WriteLine("Nothing is pending.");
            foreach (var state in pending)
                Tell(state, check);
            return check && pending.Count > 0 ? Pending : 0;
        });
    }

    private static async Task UpgradeAsync(IReadOnlyList<ISchema> schemas, CancellationToken stop)
    {
        foreach (var schema in schemas)
        {
            try
            {
                await schema.UpgradeAsync(stop);
            }
            catch (Exception e) when (e is not StartupException && !stop.IsCancellationRequested)
            {
                throw new StartupException($"The storage of {schema.Service} cannot be upgraded: {e.Message}", e);
            }
        }
    }

    private static void Tell(StoreState state, bool check)
    {
        var made = state.Version is null
            ? check
                ? "will be made"
                : "was made"
            : check
                ? "will be upgraded"
                : "was upgraded";
        var copy = state.KeptCopy is { } kept ? $", and {(check ? "is kept as it is" : "is kept as it was")} in {kept}" : "";
        Console.WriteLine($"{state.Store.Service}: {state.Store.Place} {made}{copy}:");
        StorageCommand.PrintPending(state);
    }
}
