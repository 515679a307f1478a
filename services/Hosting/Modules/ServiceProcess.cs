using System.Net;
using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Modules;

/// <summary>Builds the process that hosts some modules: one container, one bus, one port.</summary>
public static class ServiceProcess
{
    /// <summary>What the system before this one was set with.</summary>
    private static readonly string[] WithoutMeaning = ["JWT_SECRET", "REFRESH_TOKEN_SECRET", "NODE_ENV"];

    private const long MaxBodySize = 64 * 1024;

    /// <summary>The version of the product, as Semantic Versioning has it, without the commit that the build may add behind a
    /// plus.</summary>
    internal static readonly string Version = typeof(ServiceProcess)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    /// <summary>The tag of the health checks that <c>/health/ready</c> asks.</summary>
    public const string Ready = "ready";

    /// <summary>Registers all that the hosted modules stand on, and the modules themselves.</summary>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public static void AddModules(this WebApplicationBuilder builder, ModuleContext context)
    {
        builder.AddTelemetry(context);
        ConfigureServer(builder, context);
        var services = builder.Services;
        services.AddSingleton(context);
        services.TryAddSingleton(TimeProvider.System);
        AddHttpConventions(services);
        services.AddHttpForwarder();
        services.AddSingleton<ForwardingClient>();

        services.AddSingleton<StorageReadiness>();
        services.AddSingleton<StorageHealth>();
        services.AddHostedService<StorageStart>();
        foreach (var module in context.HostedModules)
        {
            module.AddStorage(services, context);
            module.AddServices(services, context);
        }

        services.AddAccessTokens(context);
        services.AddHostedService<RetentionSweep>();
        services.AddHealthChecks().AddCheck<StorageHealth>("storage", tags: [Ready]);

        // Stopped in reverse: requests end first, then the relays, then the consumers.
        services.AddBus(context);
        services.AddSingleton<OutboxGauges>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<OutboxGauges>());
        services.AddSingleton<IHostedService>(sp => new RelayGroup([
            .. sp.GetServices<IOutbox>()
                .Select(outbox => new OutboxRelay(
                    outbox,
                    sp.GetRequiredService<IEventPublisher>(),
                    sp.GetRequiredService<BusTopology>(),
                    sp.GetRequiredService<TimeProvider>(),
                    sp.GetRequiredService<ILogger<OutboxRelay>>()
                )),
        ]));
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(25));
    }

    /// <summary>Maps the hosted modules behind what all requests pass.</summary>
    /// <exception cref="StartupException">The storage cannot be opened.</exception>
    public static void UseModules(this WebApplication app, ModuleContext context)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceProcess));
        PrivateFiles.Tighten(context.DataFolder, log);
        if (!context.PublicUrlIsSet && context.PublicUrl.IsLoopback && !IPAddress.IsLoopback(context.Bind))
            HostingLog.PublicUrlGuessed(log, context.PublicUrl);
        var idle = string.Join(", ", WithoutMeaning.Where(name => context.Settings.Text(name) is not null));
        if (idle.Length > 0)
            HostingLog.SettingsWithoutMeaning(log, idle);
        // Before the bus, which may need a store to be made and wraps what goes wrong with it.
        app.Services.GetServices<ISchema>();
        app.Use(ClientNetwork.NoteForwarded);
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(KeepOutOfCaches);
        app.UseRouting();
        app.UseAuthentication();
        foreach (var step in app.Services.GetServices<IPipelineStep>())
            step.Use(app);
        app.UseAuthorization();
        app.Use(RefuseLargeBody);
        app.MapPrometheusScrapingEndpoint();
        app.MapInterfaceDocument();
        app.MapDocumentationPage();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteHealthAsync });
        app.MapHealthChecks(
            "/health/ready",
            new HealthCheckOptions { Predicate = c => c.Tags.Contains(Ready), ResponseWriter = WriteHealthAsync }
        );
        foreach (var module in context.HostedModules)
            module.MapEndpoints(app);
    }

    private static void ConfigureServer(WebApplicationBuilder builder, ModuleContext context)
    {
        var trusted = context.Settings.Networks("TRUSTED_PROXIES");
        builder.Services.AddSingleton(HallNetworks.From(context.Settings));
        builder.Services.AddSingleton(PhoneNumberReader.From(context.Settings));
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = MaxBodySize;
            o.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            o.Listen(context.Bind, context.Port);
            o.Listen(new InProcessEndPoint());
        });
        builder.Services.AddSingleton<InProcessTransport>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(sp => sp.GetRequiredService<InProcessTransport>());
        builder.Services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Services believe the gateway and reverse proxies on this machine and on private networks.
            foreach (var network in trusted)
                o.KnownIPNetworks.Add(network);
        });
    }

    private static void AddHttpConventions(IServiceCollection services)
    {
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = ProblemDetailsDefaults.Complete);
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.UseWireConventions();
            // Of requests alone: anyone who reads an answer takes members it does not know yet.
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
    }

    // Tokens, tickets and people are in the answers: what does not say otherwise is for nobody's cache.
    private static Task KeepOutOfCaches(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            context.Response.OnStarting(SetNoStore, context.Response);
        return next(context);
    }

    private static Task SetNoStore(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        // A refusal already says so in more words, but not on every way through the gateway.
        if (headers.CacheControl.Count == 0 || headers.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal))
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    // Kestrel refuses a larger body while it is read; this refuses it before anything is read.
    private static Task RefuseLargeBody(HttpContext context, RequestDelegate next) =>
        context.Request.ContentLength > MaxBodySize
            ? throw new RefusedException(ErrorCodes.PayloadTooLarge, "The request body is larger than 64 KB.")
            : next(context);

    private static Task WriteHealthAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString().ToLowerInvariant(),
                version = Version,
                checks = report.Entries.ToDictionary(
                    e => e.Key,
                    e => new { status = e.Value.Status.ToString().ToLowerInvariant(), e.Value.Description }
                ),
            }
        );
}
