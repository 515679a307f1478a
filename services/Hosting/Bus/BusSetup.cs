using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Bus;

/// <summary>The one place where the bus is chosen: RabbitMQ with <c>RABBITMQ_URI</c>, else within the process.</summary>
internal static class BusSetup
{
    private const int Retries = 8;

    public static void AddBus(this IServiceCollection services, ModuleContext context)
    {
        var endpoints = context
            .HostedModules.SelectMany(m => m.Endpoints)
            .Where(e => !e.HearsOthers || context.RabbitMq is not null)
            .ToList();
        var topology = new BusTopology(survivesProcess: context.RabbitMq is not null);
        services.AddSingleton(topology);
        services
            .AddOptions<MassTransitHostOptions>()
            .Configure(o =>
            {
                // A broker that is away must not keep the process from starting: changes wait in the outbox. Nor may it be given up on: a
                // start with a time limit stops every consumer at its end, and nobody starts them again.
                o.WaitUntilStarted = false;
                o.StopTimeout = TimeSpan.FromSeconds(10);
                o.ConsumerStopTimeout = TimeSpan.FromSeconds(8);
            });
        services.AddMassTransit(bus =>
        {
            // A self-hosted product tells nobody that it runs.
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(o => o.MinimalFailureStatus = HealthStatus.Degraded);
            foreach (var consumer in endpoints.SelectMany(e => e.Consumers).Distinct())
                bus.AddConsumer(consumer);
            if (context.RabbitMq is { } address)
                UseRabbitMq(bus, address, endpoints);
            else
                UseProcess(bus, endpoints);
        });
        services.AddSingleton<EventPublisher>();
        services.AddConsumeObserver<EventLag>();
        foreach (var observer in endpoints.SelectMany(e => e.Observers))
            services.AddSingleton(observer);
        // For observers, which the bus needs first.
        services.AddSingleton(sp => new Lazy<IBusControl>(sp.GetRequiredService<IBusControl>));
        if (context.RabbitMq is null)
        {
            topology.Declared();
            return;
        }

        services.RemoveMassTransitHostedService();
        services.AddHostedService<BusStart>();
        services.AddHostedService<TopologyDeclaration>();
        services.AddHostedService<BrokerGauges>();
    }

    /// <summary>Must be the same wherever a queue is declared: the broker refuses a second declaration that differs.</summary>
    public static void ConfigureQueue(IRabbitMqReceiveEndpointConfigurator queue, ServiceEndpoint endpoint)
    {
        if (endpoint.PerInstance)
        {
            queue.Durable = false;
            queue.AutoDelete = true;
        }
        else
        {
            queue.SetQuorumQueue();
        }

        queue.PrefetchCount = endpoint.Concurrency * 2;
        queue.ConcurrentMessageLimit = endpoint.Concurrency;
    }

    private static void UseRabbitMq(IBusRegistrationConfigurator bus, Uri address, List<ServiceEndpoint> endpoints) =>
        bus.UsingRabbitMq(
            (services, configure) =>
            {
                configure.Host(address);
                foreach (var endpoint in endpoints)
                {
                    var name = endpoint.PerInstance ? $"{endpoint.Name}-{NewId.NextGuid():N}" : endpoint.Name;
                    configure.ReceiveEndpoint(name, queue =>
                    {
                        ConfigureQueue(queue, endpoint);
                        // What is held when the process stops goes back to the broker.
                        Connect(queue, endpoint, services, CancellationToken.None);
                    });
                }
            }
        );

    private static void UseProcess(IBusRegistrationConfigurator bus, List<ServiceEndpoint> endpoints) =>
        bus.UsingInMemory(
            (services, configure) =>
            {
                configure.AddDeserializer(new ParseOnce(), isDefault: true);
                // There is nobody to give back to: what is begun while the process stops would be tried again for ever. The outbox has it.
                var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
                foreach (var endpoint in endpoints)
                {
                    configure.ReceiveEndpoint(endpoint.Name, queue =>
                    {
                        queue.ConcurrentMessageLimit = endpoint.Concurrency;
                        Connect(queue, endpoint, services, stopping);
                    });
                }
            }
        );

    private static void Connect(
        IReceiveEndpointConfigurator queue,
        ServiceEndpoint endpoint,
        IBusRegistrationContext services,
        CancellationToken givesUp
    )
    {
        UseRetries(queue, givesUp);
        foreach (var observer in endpoint.Observers)
            queue.ConnectReceiveEndpointObserver((IReceiveEndpointObserver)services.GetRequiredService(observer));
        foreach (var consumer in endpoint.Consumers)
            queue.ConfigureConsumer(services, consumer);
    }

    /// <summary>
    /// A message that fails is tried again for about 20 s and then set aside. While it is the consumer's own storage that is away, no
    /// message fails: the consumer holds those it has until the storage answers, and takes no more. The broker is not asked to bring them
    /// again meanwhile, since it gives up on what it brought too often.
    /// </summary>
    private static void UseRetries(IConsumePipeConfigurator endpoint, CancellationToken givesUp)
    {
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(_ => !givesUp.IsCancellationRequested);
            retry.Exponential(Retries, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(e => !givesUp.IsCancellationRequested && StorageFaults.IsAway(e));
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));
        });
    }
}
