using MassTransit;

namespace SmartQueue.Hosting.Bus;

/// <summary>Tells an observer when an endpoint is connected to RabbitMQ.</summary>
internal sealed class BrokerConnection(IConnectionObserver observer) : IReceiveEndpointObserver
{
    public Task Ready(ReceiveEndpointReady ready)
    {
        observer.Connected();
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
}
