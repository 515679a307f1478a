using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Host;

/// <summary>Asks a process whether it is ready, for container health checks.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Returns 0 when <c>/health/ready</c> answers 200, else 1.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        try
        {
            using var client = new HttpClient { Timeout = Timeout, BaseAddress = Address(args) };
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or StartupException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static Uri Own(SettingsReader settings) =>
        ModuleContext.ReachableAt(ModuleContext.BindAddress(settings), settings.Port("API_GATEWAY_PORT", 4000));

    private static Uri Address(IReadOnlyList<string> args) =>
        args switch
        {
            ["--url", var url] when Uri.TryCreate(url, UriKind.Absolute, out var address) => address,
            [] => Own(ProcessSettings.Read()),
            _ => throw new StartupException("health takes --url with an address such as http://127.0.0.1:4000."),
        };
}
