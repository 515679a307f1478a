namespace SmartQueue.Host.Commands;

/// <summary>Tells of which schema version every service's storage is. It changes nothing, and works beside a running system.</summary>
internal static class StatusCommand
{
    /// <summary>Returns 0, or 1 with a sentence on standard error for each storage that is of a later version or cannot be read.</summary>
    public static Task<int> RunAsync(string[] args, CancellationToken stop) => StorageCommand.RunAsync(args, async (_, stores, _) =>
        {
            var states = await StorageCommand.LookAsync(stores, stop);
            foreach (var state in states)
            {
                var version = state.Version is { } number ? $"version {number}" : "nothing yet";
                Console.WriteLine(
                    $"{state.Store.Service}: {state.Store.Place}, {version}; this SmartQueue knows {state.Store.Steps.Count}."
                );
                StorageCommand.PrintPending(state);
            }

            foreach (var state in states)
            {
                if (state.Refusal is { } refusal)
                    await StorageCommand.RefuseAsync(refusal.Message);
            }

            return states.Any(s => s.Refusal is not null) ? 1 : 0;
        });
}
