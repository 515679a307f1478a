using System.Net;
using System.Net.Sockets;

namespace SmartQueue.Notifications.Push;

/// <summary>
/// Connects to public addresses only. Browsers tell us where their push service is, so without this anyone could have requests sent into
/// our own network (OWASP: server-side request forgery). Names are judged by what they resolve to at the moment of connecting.
/// </summary>
internal static class PublicAddresses
{
    // IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771): what is not globally reachable, or leads elsewhere than it
    // says.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    // IPv6 of the internet is 2000::/3 (RFC 4291). Of the IANA IPv6 Special-Purpose Address Registry these lie within: protocol assignments
    // (Teredo, benchmarking, ORCHID), documentation, 6to4, documentation again. All else of it, such as loopback, unique local and
    // translated IPv4, lies without.
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialGlobal =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(n => IPNetwork.Parse(n)),
    ];

    // RFC 6761, RFC 6762, RFC 8375 and what ICANN reserved: names that are nobody's in the public DNS.
    private static readonly string[] LocalNames =
    [
        ".localhost",
        ".local",
        ".internal",
        ".home.arpa",
        ".lan",
        ".onion",
        ".invalid",
        ".test",
    ];

    /// <summary>Whether an address is one of the public internet.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? !Special.Any(n => n.Contains(plain))
            : Global.Contains(plain) && !SpecialGlobal.Any(n => n.Contains(plain));
    }

    /// <summary>
    /// Whether a host could be on the public internet, as far as its name tells. An address is judged in any notation (<c>127.1</c>,
    /// <c>0x7f000001</c>, <c>[::ffff:127.0.0.1]</c>); what another name resolves to is seen when connecting.
    /// </summary>
    public static bool MayContain(Uri uri)
    {
        var host = uri.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(host, out var address))
            return Contains(address);
        return host.Contains('.', StringComparison.Ordinal) && !LocalNames.Any(n => host.EndsWith(n, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Connects to the first public address of a host that answers; a <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="HttpRequestException">The host has no public address, or none that answers.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = found.Where(Contains).ToArray();
        if (allowed.Length == 0)
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The host has no public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
