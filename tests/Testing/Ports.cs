using System.Net;
using System.Net.Sockets;

namespace SmartQueue.Testing;

/// <summary>Free ports of this machine.</summary>
public static class Ports
{
    /// <summary>Several at once, so that they differ.</summary>
    public static int[] Free(int count)
    {
        var probes = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            foreach (var probe in probes)
                probe.Start();
            return [.. probes.Select(p => ((IPEndPoint)p.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var probe in probes)
                probe.Dispose();
        }
    }
}
