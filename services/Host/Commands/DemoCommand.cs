using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Replay.Demo;

namespace SmartQueue.Host.Commands;

/// <summary>
/// A made-up town hall: some weeks are played through the whole system on a clock that is moved, then it goes on live. It has a folder of
/// its own, which every start begins again, and no settings but those of its command line: no database, no broker and nobody who sends
/// messages.
/// </summary>
internal static class DemoCommand
{
    private const string Client = "demo";
    private const int Seed = 20260302;
    private const int Port = 4000;
    private const int Days = 28;
    private const int MostDays = 28;

    /// <summary>Returns 0 when it was stopped, or 1 with one sentence on standard error.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        try
        {
            var (folder, port, bind, publicUrl, days) = Read(args);
            Empty(folder);
            RequireFree(bind, port);
            var now = TimeProvider.System.GetUtcNow();
            var zone = DemoZone.At(now, TimeZoneInfo.Local);
            var password = "demo-" + RandomNumberGenerator.GetHexString(10, lowercase: true);
            var settings = new Dictionary<string, string?>
            {
                ["SMARTQUEUE_DATA"] = folder,
                ["SMARTQUEUE_BIND"] = bind.ToString(),
                ["PUBLIC_URL"] = publicUrl ?? ModuleContext.ShownAs(bind, port).ToString().TrimEnd('/'),
                ["DEFAULT_TIME_ZONE"] = zone.Id,
                ["ADMIN_EMAIL"] = DemoTown.AdminEmail,
                ["ADMIN_PASSWORD"] = password,
                // All who come do so from here.
                ["GUEST_PLACES_PER_NETWORK"] = "0",
                ["GUEST_JOINS_PER_MINUTE"] = "0",
            };
            var town = await PlayAsync(settings, zone, password, DemoTown.Beginning(zone, now, days), stop);
            await using var app = await StartAsync(settings, port, TimeProvider.System, stop);
            await town.BeginLiveAsync(HttpTo(app), TimeProvider.System, stop);
            Greet(app.Services.GetRequiredService<ModuleContext>(), zone, password, town);
            await town.LiveAsync(TimeProvider.System, stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was under way was cut off: the next start begins again.
            return 0;
        }
        catch (StartupException e)
        {
            return await StorageCommand.RefuseAsync(e.Message);
        }
    }

    private static (string Folder, int Port, IPAddress Bind, string? PublicUrl, int Days) Read(string[] args)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--folder" or "--port" or "--bind" or "--public-url" or "--days") || i + 1 == args.Length)
                throw new StartupException(
                    $"demo takes --port N, --days N, --folder PATH, --bind ADDRESS and --public-url URL, but not '{args[i]}'."
                );
            given[args[i]] = args[i + 1];
        }

        var data = Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(Environment.GetEnvironmentVariable("SMARTQUEUE_DATA") is { Length: > 0 } set ? set : "data")
        );
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given.GetValueOrDefault("--folder") ?? data + "-demo"));
        if (folder == data)
            throw new StartupException($"{folder} is the data folder; the demo needs a folder of its own.");
        var bind =
            given.GetValueOrDefault("--bind") is not { } address ? IPAddress.Loopback
            : IPAddress.TryParse(address, out var listens) ? listens
            : throw new StartupException($"--bind must be an IP address such as 0.0.0.0, but is '{address}'.");
        return (
            folder,
            Number("--port", Port, 1, 65535),
            bind,
            given.GetValueOrDefault("--public-url"),
            Number("--days", Days, 0, MostDays)
        );

        int Number(string name, int fallback, int least, int most) =>
            !given.TryGetValue(name, out var text) ? fallback
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
            : throw new StartupException($"{name} must be a number from {least} to {most}, but is '{text}'.");
    }

    // Only what a demo made is deleted.
    private static void Empty(string folder)
    {
        try
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            {
                if (!DemoMark.Is(folder))
                    throw new StartupException(
                        $"{folder} holds something that is not a demo; --folder must name an empty one, or a new one."
                    );
                Directory.Delete(folder, recursive: true);
            }

            DemoMark.Put(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The folder {folder} of the demo cannot be made: {e.Message}", e);
        }
    }

    // Rather now than when all is played.
    private static void RequireFree(IPAddress bind, int port)
    {
        try
        {
            using var listener = new TcpListener(bind, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new StartupException($"Nothing can listen on port {port} of {bind}: {e.Message}. Choose another one with --port.", e);
        }
    }

    private static async Task<DemoTown> PlayAsync(
        Dictionary<string, string?> settings,
        TimeZoneInfo zone,
        string password,
        DateTimeOffset beginning,
        CancellationToken stop
    )
    {
        var begun = Stopwatch.GetTimestamp();
        var clock = new MovingClock(beginning);
        // On a port that nobody knows, with sign-ins that last a day: none of it is the past any more when pages are opened.
        var past = new Dictionary<string, string?>(settings) { ["SMARTQUEUE_BIND"] = "127.0.0.1", ["JWT_EXPIRE"] = "24h" };
        await using var app = await StartAsync(past, 0, clock, stop);
        var town = new DemoTown(zone, Seed, password, HttpTo(app), clock);
        try
        {
            await town.BuildAsync(stop);
            await town.PlayAsync(
                clock,
                TimeProvider.System,
                async (day, token) =>
                {
                    await PublishedAsync(app, token);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Playing {day:ddd yyyy-MM-dd} ..."));
                },
                stop
            );
            await PublishedAsync(app, stop);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Played in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s."));
        return town;
    }

    // So that no service hears of a day when it is long over.
    private static async Task PublishedAsync(WebApplication app, CancellationToken stop)
    {
        foreach (var outbox in app.Services.GetServices<IOutbox>())
        {
            while ((await outbox.MeasureAsync(stop)).Pending > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }
    }

    private static async Task<WebApplication> StartAsync(
        Dictionary<string, string?> settings,
        int port,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        var context = new ModuleContext(new SettingsReader(builder.Configuration), Modules.All, [.. Modules.All.Select(m => m.Name)], port);
        builder.AddModules(context);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddHttpClient(Client, http => http.BaseAddress = context.AddressOf(ServiceNames.Gateway)).ReachServices();
        var app = builder.Build();
        app.UseModules(context);
        await app.StartAsync(stop);
        await app.Services.GetRequiredService<StorageReadiness>().ReadyAsync(stop);
        return app;
    }

    private static HttpClient HttpTo(WebApplication app) => app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);

    private static void Greet(ModuleContext context, TimeZoneInfo zone, string password, DemoTown town)
    {
        var address = context.PublicUrl.ToString().TrimEnd('/');
        var queues = string.Join(',', town.QueueIds);
        var there = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""

                {DemoTown.Name}: all people and figures are made up, and no message leaves this machine.
                It is in {zone.Id}, where it is {there:dddd, HH:mm}. Counter 6 is yours.

                  Sign in      {DemoTown.AdminEmail} with {password}
                  Manage       {address}/manage
                  Counter      {address}/counter
                  Hall screen  {address}/display?queues={queues}
                  Kiosk        {address}/kiosk?queues={queues}
                  Phone        {(town.SomeTicket is { } some ? $"{address}/t/{some.Id}#{some.Token}" : address)}

                SmartQueue demo is ready on {address}. Ctrl-C ends it; the next start begins again, in {context.DataFolder}
                """
            )
        );
    }

    // Signals end the command, and the command ends its system: otherwise that would end first, and fail what the command is doing.
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
