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
        var endpoints = context.HostedModules.SelectMany(m => m.Endpoints).ToList();
        foreach (var consumer in endpoints.SelectMany(e => e.Consumers).Distinct())
            services.AddSingleton(consumer);
        foreach (var observer in endpoints.SelectMany(e => e.Observers))
            services.AddSingleton(observer);
        services.AddSingleton<IDeliveryObserver, EventLag>();
        var topology = new BusTopology(survivesProcess: context.RabbitMq is not null);
        services.AddSingleton(topology);
        if (context.RabbitMq is { } address)
        {
            AddBroker(services, address, endpoints);
            return;
        }

        services.AddSingleton<ProcessBus>();
        services.AddSingleton<IEventPublisher>(sp => sp.GetRequiredService<ProcessBus>());
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<ProcessBus>());
        topology.Declared();
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

    /// <summary>The type that takes from the broker what a consumer wants.</summary>
    public static Type ConsumerOf(EventSubscription wanted) => typeof(BrokerConsumer<,>).MakeGenericType(wanted.Consumer, wanted.Event);

    private static void AddBroker(IServiceCollection services, Uri address, List<ServiceEndpoint> endpoints)
    {
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
            bus.UsingRabbitMq((provider, configure) => UseRabbitMq(provider, configure, address, endpoints));
        });
        services.AddConsumeObserver<BrokerDeliveries>();
        services.AddSingleton<IEventPublisher>(sp => new BrokerPublisher(new(sp.GetRequiredService<IBusControl>)));
        services.RemoveMassTransitHostedService();
        services.AddHostedService<BusStart>();
        services.AddHostedService<TopologyDeclaration>();
        services.AddHostedService<BrokerGauges>();
    }

    private static void UseRabbitMq(
        IBusRegistrationContext services,
        IRabbitMqBusFactoryConfigurator configure,
        Uri address,
        List<ServiceEndpoint> endpoints
    )
    {
        configure.Host(address);
        foreach (var endpoint in endpoints)
        {
            var name = endpoint.PerInstance ? $"{endpoint.Name}-{NewId.NextGuid():N}" : endpoint.Name;
            configure.ReceiveEndpoint(name, queue =>
            {
                ConfigureQueue(queue, endpoint);
                UseRetries(queue);
                foreach (var observer in endpoint.Observers)
                    queue.ConnectReceiveEndpointObserver(new BrokerConnection((IConnectionObserver)services.GetRequiredService(observer)));
                foreach (var type in endpoint.Subscriptions.Select(ConsumerOf))
                {
                    // One for all messages, with the first: some who consume also publish, and the bus is not there yet.
                    var consumer = new Lazy<object>(() => ActivatorUtilities.CreateInstance(services, type));
                    queue.Consumer(type, _ => consumer.Value);
                }
            });
        }
    }

    /// <summary>
    /// A message that fails is tried again for about 20 s and then set aside. While it is the consumer's own storage that is away, no
    /// message fails: the consumer holds those it has until the storage answers, and takes no more. The broker is not asked to bring them
    /// again meanwhile, since it gives up on what it brought too often. What is held when the process stops goes back to it.
    /// </summary>
    private static void UseRetries(IConsumePipeConfigurator endpoint)
    {
        endpoint.UseMessageRetry(retry =>
            retry.Exponential(Retries, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100))
        );
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(StorageFaults.IsAway);
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));
        });
    }
}
