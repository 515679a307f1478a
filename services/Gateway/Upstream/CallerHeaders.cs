using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.Upstream;

/// <summary>What a request says of its caller, handed on to the services, which decide what the caller may do.</summary>
/// <param name="Authorization">The <c>Authorization</c> header.</param>
/// <param name="TrackingToken">The <c>X-Tracking-Token</c> header.</param>
/// <param name="Address">The client's address, for limits per network; <c>null</c> where the client is this machine itself.</param>
/// <param name="IdempotencyKey">The <c>Idempotency-Key</c> header.</param>
internal sealed record CallerHeaders(string? Authorization, string? TrackingToken, string? Address, string? IdempotencyKey)
{
    public static CallerHeaders Of(HttpContext http) =>
        new(
            http.Request.Headers.Authorization is { Count: 1 } authorization ? authorization.ToString() : null,
            http.Request.Headers["X-Tracking-Token"] is { Count: 1 } token ? token.ToString() : null,
            ClientNetwork.ForwardedFor(http),
            http.Request.Headers["Idempotency-Key"] is { Count: 1 } key ? key.ToString() : null
        );

    public void Apply(HttpRequestHeaders headers)
    {
        if (Authorization is not null)
            headers.TryAddWithoutValidation("Authorization", Authorization);
        if (TrackingToken is not null)
            headers.TryAddWithoutValidation("X-Tracking-Token", TrackingToken);
        if (Address is not null)
            headers.TryAddWithoutValidation("X-Forwarded-For", Address);
    }
}
