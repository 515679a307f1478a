using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.Edge;

/// <summary>
/// Who requests, calls and connections are counted for: an account, or the network of those who have none. A tracking token makes no
/// difference:
/// the edge cannot tell one from an invented one.
/// </summary>
/// <param name="Key">Names it.</param>
/// <param name="PerSecond">Requests and calls a second; 0 is no limit.</param>
/// <param name="Connections">Connections open at once; 0 is no limit.</param>
internal readonly record struct RateSubject(string Key, int PerSecond, int Connections)
{
    private const int OperatorFactor = 10;

    // Many people stand behind the one address of the hall's Wi-Fi.
    private const int HallFactor = 4;

    /// <summary>Who makes a request.</summary>
    public static RateSubject Of(HttpContext http, EdgeOptions options, HallNetworks hall)
    {
        var caller = Caller.Of(http);
        if (caller.UserId is not null)
            return new(
                "u " + caller.UserId + caller.Role,
                caller.IsOperator ? options.PerAccount * OperatorFactor : options.PerAccount,
                options.Connections
            );
        var network = ClientNetwork.Of(http);
        return hall.Contains(http)
            ? new("h " + network, options.PerAddress * HallFactor, 0)
            : new("n " + network, options.PerAddress, options.Connections);
    }
}
