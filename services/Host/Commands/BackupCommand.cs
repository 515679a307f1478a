using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage.Backups;

namespace SmartQueue.Host.Commands;

/// <summary>Writes a system, running or not, into one archive.</summary>
internal static class BackupCommand
{
    /// <summary>Returns 0, or 1 with one sentence on standard error.</summary>
    public static Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (args is not ["--out", var file, .. var rest])
            return StorageCommand.RefuseAsync("backup takes --out with the file to write, such as --out /var/backups/smartqueue.tar.gz.");
        return StorageCommand.RunAsync(rest, async (context, stores, storage) =>
        {
            // Restored, it would have no mark.
            if (context.IsDemo)
                return await StorageCommand.RefuseAsync($"{context.DataFolder} holds a demo, of which there is no backup.");
            var manifest = await BackupWriter.WriteAsync(
                context.DataFolder,
                stores,
                file,
                storage.GetRequiredService<TimeProvider>(),
                stop
            );
            Console.WriteLine(
                $"{file} holds {manifest.Files.Count} {(manifest.Files.Count == 1 ? "file" : "files")} as of {manifest.TakenAt:u}: {string.Join(", ", manifest.Files.Select(f => f.Path))}."
            );
            if (stores.Select(s => s.Server).FirstOrDefault(s => s is not null) is { } server)
                TellDatabase(server, file);
            TellWhatIsElsewhere(context);
            return 0;
        });
    }

    // mongodump asks for the password of the account itself.
    private static void TellDatabase(string server, string file) =>
        Console.WriteLine(
            $"""
            The stores are databases of MongoDB, and not in it. Back them up with
              mongodump --uri='{server}' --oplog --archive='{file}.mongodb' --gzip
            which takes all databases of a replica set as they are at its end. A server that is none refuses --oplog: stop SmartQueue, and leave it out.
            """
        );

    private static void TellWhatIsElsewhere(ModuleContext context)
    {
        if (
            context.Settings.Text("JWT_SIGNING_KEY") is { } key
            && !Path.GetFullPath(key).StartsWith(context.DataFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        )
            Console.WriteLine($"JWT_SIGNING_KEY names {key}, which is not in the data folder, and so not in the backup.");
        if (context.Settings.Text("RABBITMQ_URI") is not null)
            Console.WriteLine(
                "Messages that are in RabbitMQ are not in the backup. To have every event in it, stop the services when their queues are empty, and back up then."
            );
    }
}
