using System.Net;
using System.Net.Sockets;

namespace SmartQueue.Testing;

/// <summary>Free ports of this machine.</summary>
public static class Ports
{
    // Below those that systems give to outgoing connections: one of these may take a port between the look and the start of the process
    // that is to listen on it, and a client that tries such a port again and again may even connect to itself.
    private const int First = 12_000;
    private const int Last = 31_999;

    private static int next = Random.Shared.Next(First, Last);

    /// <summary>Several at once, none of them given before by this process.</summary>
    public static int[] Free(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private static int Next()
    {
        for (var tries = First; tries <= Last; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref next) % (Last - First + 1));
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException("This machine has no free port.");
    }

    private static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
