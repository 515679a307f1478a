namespace SmartQueue.Hosting.Bus;

/// <summary>Is told when an endpoint is connected to the bus: at the start and again after each outage.</summary>
public interface IConnectionObserver
{
    /// <summary>The endpoint hears from now on. Must be quick.</summary>
    void Connected();
}
