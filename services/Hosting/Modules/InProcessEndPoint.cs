using System.Net;

namespace SmartQueue.Hosting.Modules;

/// <summary>Where a process listens for itself.</summary>
internal sealed class InProcessEndPoint : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => InProcessTransport.Address.Host;
}
