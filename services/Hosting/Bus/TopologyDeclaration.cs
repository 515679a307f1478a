using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Bus;

/// <summary>Declares the durable queues of all services on the broker, and tries again until it answers.</summary>
internal sealed class TopologyDeclaration(
    ModuleContext context,
    BusTopology topology,
    TimeProvider time,
    ILoggerFactory loggers,
    ILogger<TopologyDeclaration> log
) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DeclareAsync(stoppingToken);
                HostingLog.TopologyDeclared(log);
                topology.Declared();
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                HostingLog.TopologyFailed(log, e, Delay);
                await Task.Delay(Delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task DeclareAsync(CancellationToken stoppingToken)
    {
        LogContext.ConfigureCurrentLogContext(loggers);
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(configure =>
        {
            configure.Host(context.RabbitMq!);
            configure.DeployTopologyOnly = true;
            foreach (var endpoint in context.AllModules.SelectMany(m => m.Endpoints).Where(e => !e.PerInstance))
            {
                configure.ReceiveEndpoint(endpoint.Name, e =>
                {
                    BusSetup.ConfigureQueue(e, endpoint);
                    foreach (var subscription in endpoint.Subscriptions)
                        e.Consumer(BusSetup.ConsumerOf(subscription), _ =>
                            throw new InvalidOperationException("This bus declares queues and consumes nothing.")
                        );
                });
            }
        });
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(Timeout);
        await bus.DeployAsync(timeout.Token);
    }
}
