using System.Net;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Gateway.Edge;

/// <summary>Settings of the edge.</summary>
/// <param name="Origins">The origins of other sites' pages that may call; exact, or <c>*</c> alone.</param>
/// <param name="PerAccount">Requests and hub calls a second of an account; 0 is no limit. Staff have ten times as many.</param>
/// <param name="PerAddress">Requests and hub calls a second of a network of people without one; 0 is no limit. The hall's own have four
/// times as many.</param>
/// <param name="Connections">Push connections and streams that an account or network has open at once; 0 is no limit. The hall's own
/// networks have none.</param>
/// <param name="Operations">The networks that may read how the process does without an account.</param>
internal sealed record EdgeOptions(
    IReadOnlyList<string> Origins,
    int PerAccount,
    int PerAddress,
    int Connections,
    IReadOnlyList<IPNetwork> Operations
)
{
    // This machine, and what is not routed in the internet (RFC 1918, 4193, 4291).
    private static readonly IReadOnlyList<IPNetwork> PrivateNetworks =
    [
        .. new[] { "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10" }.Select(n =>
            IPNetwork.Parse(n)
        ),
    ];

    public static EdgeOptions From(SettingsReader settings)
    {
        var origins = settings.Text("CORS_ORIGINS")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? [];
        foreach (var origin in origins)
        {
            if (origin == "*" && origins.Length == 1)
                continue;
            if (
                !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")
                || uri.UserInfo.Length > 0
                || uri.GetLeftPart(UriPartial.Authority) != origin
            )
                throw new StartupException(
                    $"CORS_ORIGINS must be origins such as https://example.org with commas between, or * alone, but has '{origin}'."
                );
        }

        return new EdgeOptions(
            origins,
            settings.Number("RATE_LIMIT_PER_ACCOUNT", 50, 0, 1_000_000),
            settings.Number("RATE_LIMIT_PER_ADDRESS", 500, 0, 1_000_000),
            settings.Number("CONNECTIONS_PER_ADDRESS", 1_000, 0, 1_000_000),
            settings.Text("OPERATIONS_NETWORKS") is null ? PrivateNetworks : settings.Networks("OPERATIONS_NETWORKS")
        );
    }
}
