using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Telemetry;

/// <summary>Traces, metrics and logs: <c>/metrics</c> always, OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class TelemetrySetup
{
    private const string BusSource = "MassTransit";

    // Room is made at once for as many series as an instrument may have, and but for the routes of HTTP none has many.
    private static readonly MetricStreamConfiguration Few = new() { CardinalityLimit = 200 };

    public static void AddTelemetry(this WebApplicationBuilder builder, ModuleContext context)
    {
        builder.Logging.ClearProviders();
        if (context.Settings.Flag("ENABLE_LOGGING", true))
            builder.Logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                o.UseUtcTimestamp = true;
                o.IncludeScopes = false;
            });
        builder
            .Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            .AddFilter("Polly", LogLevel.Warning)
            .AddFilter("Yarp", LogLevel.Warning)
            .AddFilter("MassTransit", LogLevel.Warning)
            // The gateway logs those that are faults; all else is a refusal, told to the client.
            .AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None)
            // The checks tell what changes; this would tell it at every question.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // Every exception that leaves an endpoint is logged once, by our own handler.
            .AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);

        var exports = context.Settings.Address("OTEL_EXPORTER_OTLP_ENDPOINT", "http", "https") is not null;
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(r =>
                r.AddService(
                    string.Join('+', context.HostedModules.Select(m => m.Name)) is var name
                    && context.HostedModules.Count == context.AllModules.Count
                        ? "smartqueue"
                        : "smartqueue-" + name
                )
            )
            .WithMetrics(m =>
                m.AddMeter(
                        SmartQueueTelemetry.Name,
                        BusSource,
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.RateLimiting",
                        "Microsoft.AspNetCore.Server.Kestrel"
                    )
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddView(i => i.Meter.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) ? null : Few)
                    .AddPrometheusExporter()
            );
        if (!exports)
            return;
        telemetry
            .UseOtlpExporter()
            .WithTracing(t =>
                t.AddSource(SmartQueueTelemetry.Name, BusSource)
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddProcessor(new SecretAddresses())
            );
        builder.Logging.AddOpenTelemetry(o => o.IncludeFormattedMessage = true);
    }
}
