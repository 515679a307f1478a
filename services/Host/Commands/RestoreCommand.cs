using SmartQueue.Hosting.Storage.Backups;

namespace SmartQueue.Host.Commands;

/// <summary>Makes the data folder of an archive that <see cref="BackupCommand"/> wrote.</summary>
internal static class RestoreCommand
{
    /// <summary>Returns 0, or 1 with one sentence on standard error.</summary>
    public static Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (args is not [var file, .. var rest] || file.StartsWith("--", StringComparison.Ordinal))
            return StorageCommand.RefuseAsync(
                "restore takes the file that backup wrote; the data folder that SMARTQUEUE_DATA names must be empty or not there."
            );
        return StorageCommand.RunAsync(rest, async (context, stores, storage) =>
        {
            var manifest = await BackupReader.RestoreAsync(
                file,
                context.DataFolder,
                stores,
                storage.GetRequiredService<TimeProvider>(),
                stop
            );
            Console.WriteLine($"{context.DataFolder} is as it was at {manifest.TakenAt:u}; the next start goes on from there.");
            if (stores.Select(s => s.Server).FirstOrDefault(s => s is not null) is { } server)
            {
                Console.WriteLine(
                    $"""
                    The stores are databases of MongoDB. Before that start, restore them into a server that has none of them, with
                      mongorestore --uri='{server}' --oplogReplay --archive='{file}.mongodb' --gzip
                    or without --oplogReplay where they were backed up without --oplog.
                    """
                );
            }

            return 0;
        });
    }
}
