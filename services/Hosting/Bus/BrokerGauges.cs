using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Bus;

/// <summary>Asks the broker now and then how much waits in the queues of this process's services, and how much failed there for
/// good.</summary>
internal sealed class BrokerGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConnectionFactory factory;
    private readonly IReadOnlyList<string> queues;
    private readonly BusTopology topology;
    private readonly TimeProvider time;
    private readonly ILogger<BrokerGauges> log;
    private volatile IReadOnlyDictionary<string, (uint Waiting, uint Failed)> last = new Dictionary<string, (uint, uint)>();

    public BrokerGauges(ModuleContext context, BusTopology topology, TimeProvider time, ILogger<BrokerGauges> log)
    {
        factory = new ConnectionFactory
        {
            Uri = context.RabbitMq!,
            ClientProvidedName = "smartqueue gauges",
            AutomaticRecoveryEnabled = false,
        };
        queues = [.. context.HostedModules.SelectMany(m => m.Endpoints).Where(e => !e.PerInstance).Select(e => e.Name)];
        this.topology = topology;
        this.time = time;
        this.log = log;
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.queue.messages",
            () => Observe(d => d.Waiting),
            description: "Messages that wait in the broker for their consumer."
        );
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.queue.errors",
            () => Observe(d => d.Failed),
            description: "Messages that a consumer gave up on; replay-errors puts them back."
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (queues.Count == 0)
            return;
        await topology.DeclaredAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(stoppingToken);
                while (connection.IsOpen)
                {
                    last = await MeasureAsync(connection, stoppingToken);
                    await Task.Delay(Interval, time, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Old figures would look like a broker that is well.
                last = new Dictionary<string, (uint, uint)>();
                HostingLog.BrokerNotMeasured(log, e, Interval);
                await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<Dictionary<string, (uint Waiting, uint Failed)>> MeasureAsync(
        IConnection connection,
        CancellationToken stoppingToken
    )
    {
        var depths = new Dictionary<string, (uint, uint)>();
        foreach (var queue in queues)
            depths[queue] = (
                await DepthAsync(connection, queue, stoppingToken),
                await DepthAsync(connection, ErrorQueues.Of(queue), stoppingToken)
            );
        return depths;
    }

    private static async Task<uint> DepthAsync(IConnection connection, string queue, CancellationToken stoppingToken)
    {
        // The broker closes the channel that asks for a queue it does not have, so each question has its own.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, stoppingToken)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            // An error queue is made with its first message.
            return 0;
        }
    }

    private IEnumerable<Measurement<long>> Observe(Func<(uint Waiting, uint Failed), long> value) =>
        last.Select(d => new Measurement<long>(value(d.Value), new KeyValuePair<string, object?>("queue", d.Key)));
}
