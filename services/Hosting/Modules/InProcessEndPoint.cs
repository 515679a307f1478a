using System.Net;
using System.Net.Sockets;

namespace SmartQueue.Hosting.Modules;

/// <summary>Where a process listens for itself.</summary>
internal sealed class InProcessEndPoint : EndPoint
{
    // The server's metrics ask for it.
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;

    public override string ToString() => InProcessTransport.Address.Host;
}
