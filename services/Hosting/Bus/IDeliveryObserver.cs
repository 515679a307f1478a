namespace SmartQueue.Hosting.Bus;

/// <summary>Is told what became of each event that reached a consumer. Must be quick.</summary>
public interface IDeliveryObserver
{
    /// <summary>All consumers of the endpoint are done with it.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="message">The event.</param>
    void Handled(string endpoint, object message);

    /// <summary>An attempt failed. It may be tried again.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="message">The event.</param>
    /// <param name="exception">Why.</param>
    void Failed(string endpoint, object message, Exception exception);
}
