using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace SmartQueue.Hosting.Http;

/// <summary>
/// The network a request comes from: the one notion of it that every limit on strangers counts by. An IPv4 address stands for
/// itself; an IPv6 address for its /64, since that is the least a single subscriber is given (RFC 6177) and all of it is theirs.
/// </summary>
public static class ClientNetwork
{
    private const int SubscriberBytes = 64 / 8;

    /// <summary>The network of a request, such as <c>203.0.113.7</c> or <c>2001:db8:1:2::/64</c>; of this machine where the transport has
    /// no address.</summary>
    public static string Of(HttpContext context) => Of(AddressOf(context));

    /// <summary>The network of an address.</summary>
    public static string Of(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(plain))
            return plain.ToString();
        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out _);
        bytes[SubscriberBytes..].Clear();
        return new IPAddress(bytes) + "/64";
    }

    /// <summary>
    /// Whether a request was made on this machine, and not merely handed on by a proxy on it: what was forwarded may claim any address,
    /// this machine's too.
    /// </summary>
    public static bool IsThisMachine(HttpContext context) => IPAddress.IsLoopback(AddressOf(context)) && !WasForwarded(context);

    /// <summary>Whether a request was made in one of <paramref name="networks"/>, and not merely handed on by a proxy there.</summary>
    public static bool IsDirectFrom(HttpContext context, IReadOnlyList<System.Net.IPNetwork> networks) =>
        !WasForwarded(context) && networks.Any(n => n.Contains(AddressOf(context)));

    /// <summary>
    /// What a service that the request is handed on to is told in <c>X-Forwarded-For</c>; <c>null</c> where nothing was forwarded, so that
    /// there, too, this machine is told from anyone who claims to be it.
    /// </summary>
    public static string? ForwardedFor(HttpContext context) => IsThisMachine(context) ? null : AddressOf(context).ToString();

    /// <summary>The address of the client, IPv4 as such.</summary>
    internal static IPAddress AddressOf(HttpContext context) => Plain(context.Connection.RemoteIpAddress ?? IPAddress.Loopback);

    /// <summary>
    /// Notes what came with the address of another, before that is taken over. Afterwards it cannot be told: X-Original-For is there as
    /// well where only the scheme was forwarded, as it is between our own services.
    /// </summary>
    internal static Task NoteForwarded(HttpContext context, RequestDelegate next)
    {
        if (NamesClient(context))
            context.Features.Set(Forwarded.Mark);
        return next(context);
    }

    private static bool WasForwarded(HttpContext context) => context.Features.Get<Forwarded>() is not null || NamesClient(context);

    private static bool NamesClient(HttpContext context) =>
        context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private sealed class Forwarded
    {
        public static readonly Forwarded Mark = new();
    }
}
