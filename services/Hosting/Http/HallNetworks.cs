using System.Net;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Http;

/// <summary>
/// The networks of the house itself (<c>HALL_NETWORKS</c>): its kiosks and its Wi-Fi, behind whose one address many people stand, so that
/// the limits on what strangers of one network may hold do not count there.
/// </summary>
public sealed class HallNetworks
{
    // None are set: this machine itself, as long as the request was not forwarded.
    private readonly IReadOnlyList<IPNetwork>? networks;

    private HallNetworks(IReadOnlyList<IPNetwork>? networks) => this.networks = networks;

    /// <summary>Reads <c>HALL_NETWORKS</c>; where it is not set, this machine itself is the hall.</summary>
    /// <exception cref="StartupException">It is not a list of networks.</exception>
    public static HallNetworks From(SettingsReader settings) =>
        new(settings.Text("HALL_NETWORKS") is null ? null : settings.Networks("HALL_NETWORKS"));

    /// <summary>Whether a request comes from the house.</summary>
    public bool Contains(HttpContext context) =>
        networks is null ? ClientNetwork.IsThisMachine(context) : networks.Any(n => n.Contains(ClientNetwork.AddressOf(context)));
}
