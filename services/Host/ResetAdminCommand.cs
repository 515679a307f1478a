using MongoDB.Driver;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Users;

namespace SmartQueue.Host;

/// <summary>Gives an admin who has lost their password a one-time link. On SQLite files the service must be stopped; with MongoDB it may
/// run.</summary>
internal static class ResetAdminCommand
{
    /// <summary>Returns 0, or 1 with one sentence on standard error.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken stop)
    {
        try
        {
            var email = args switch
            {
                [] => null,
                ["--email", var address] => address,
                _ => throw new StartupException(
                    "reset-admin takes --email with the address of an admin, or nothing where there is one only."
                ),
            };
            var settings = new SettingsReader(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            var context = new ModuleContext(settings, Modules.All, [.. Modules.All.Select(m => m.Name)]);
            var (whose, link) = await AdminReset.RunAsync(context, email, stop);
            Console.WriteLine($"Set a new password of {whose} at {link} within 7 days. The link is good once.");
            return 0;
        }
        catch (Exception e) when (e is StartupException or MongoException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
