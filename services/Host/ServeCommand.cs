using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Host;

/// <summary>Runs services until told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>Returns 0 after a clean stop, 1 with one sentence on standard error if it could not start.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        try
        {
            var arguments = ServeArguments.Parse(args);
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration.Sources.Insert(0, ProcessSettings.File());
            builder.Configuration.AddInMemoryCollection(arguments.Settings);
            var context = new ModuleContext(new SettingsReader(builder.Configuration), Modules.All, arguments.Hosted, arguments.Port);
            if (context.IsDemo)
                throw new StartupException($"{context.DataFolder} holds a demo; SMARTQUEUE_DATA must name another folder.");
            builder.AddModules(context);
            await using var app = builder.Build();
            app.UseModules(context);
            await StartAsync(app, context);
            await TellReadyAsync(app, context);
            // A quarter of what a process then holds for itself was needed to start it, and would stay until enough people have come.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task TellReadyAsync(WebApplication app, ModuleContext context)
    {
        var (services, address) = (
            string.Join(", ", context.HostedModules.Select(m => m.Name)),
            ModuleContext.ShownAs(context.Bind, context.Port).ToString().TrimEnd('/')
        );
        var storage = app.Services.GetRequiredService<StorageReadiness>();
        if (!storage.IsReady)
            Console.WriteLine($"SmartQueue ({services}) waits for its database, and answers 503 on {address} until it is there.");
        try
        {
            await storage.ReadyAsync(app.Lifetime.ApplicationStopping);
            Console.WriteLine($"SmartQueue ({services}) is ready on {address}, its documentation on {address}/docs");
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it was ready.
        }
        catch (StartupException)
        {
            await app.StopAsync();
            throw;
        }
    }

    private static async Task StartAsync(WebApplication app, ModuleContext context)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartupException($"Port {context.Port} is taken by another process; choose another one with --port.", e);
        }
        catch (SocketException e)
        {
            throw new StartupException($"Nothing can listen on port {context.Port} of SMARTQUEUE_BIND, {context.Bind}: {e.Message}.", e);
        }
    }
}
