using MongoDB.Driver;
using SmartQueue.Hosting.Settings;
using SmartQueue.Users;

namespace SmartQueue.Host;

/// <summary>Adds a signing key, so that the one before can be retired. On SQLite files the service must be stopped; with MongoDB, or a key
/// file that <c>JWT_SIGNING_KEY</c> names, it may run.</summary>
internal static class RotateKeyCommand
{
    /// <summary>Returns 0, or 1 with one sentence on standard error.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken stop)
    {
        try
        {
            if (args.Count > 0)
                throw new StartupException(
                    "rotate-signing-key takes no arguments; the key is in the storage of users, or in the file that JWT_SIGNING_KEY names."
                );
            var place = await SigningKeyRotation.RunAsync(ProcessSettings.Context([]), stop);
            Console.WriteLine($"A new key in {place} signs from the next start on; tokens of the one before stay good.");
            return 0;
        }
        catch (Exception e) when (e is StartupException or MongoException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
