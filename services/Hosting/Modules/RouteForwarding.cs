using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using Yarp.ReverseProxy.Forwarder;

namespace SmartQueue.Hosting.Modules;

/// <summary>Answers the routes of services that run elsewhere by asking them, so that a path means the same on every port that serves
/// it.</summary>
public static class RouteForwarding
{
    private static readonly ForwarderRequestConfig Request = new() { ActivityTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>Forwards the routes of the modules that are not hosted here.</summary>
    /// <param name="routes">Where to map.</param>
    /// <param name="context">The process.</param>
    /// <param name="under">Only routes that begin with this path.</param>
    public static void MapForwarding(this IEndpointRouteBuilder routes, ModuleContext context, string under = "/")
    {
        foreach (var module in context.AllModules.Where(m => !context.Hosts(m.Name)))
        {
            var address = context.AddressOf(module.Name).ToString();
            foreach (var route in module.Routes.Where(r => r.StartsWith(under, StringComparison.Ordinal)))
            {
                routes
                    .Map(route, (HttpContext http, IHttpForwarder forwarder, ForwardingClient client) =>
                        ForwardAsync(http, forwarder, client, address)
                    )
                    .WithDisplayName($"forward {route} to {module.Name}")
                    .ExcludeFromDescription();
            }
        }
    }

    private static async Task ForwardAsync(HttpContext http, IHttpForwarder forwarder, ForwardingClient client, string address)
    {
        var error = await forwarder.SendAsync(http, address, client.Invoker, Request, ForwardingTransformer.Instance);
        if (error is ForwarderError.None || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
            return;
        // The body could not be read from the client, which is no fault of the service: too large, as a rule.
        if (http.GetForwarderErrorFeature()?.Exception is { } fault && BadRequest(fault) is { } bad)
            throw bad;
        throw new RefusedException(ErrorCodes.ServiceUnavailable, "The service that answers this is away. Try again in a moment.")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };
    }

    private static BadHttpRequestException? BadRequest(Exception fault) =>
        fault switch
        {
            BadHttpRequestException bad => bad,
            AggregateException several => several.InnerExceptions.Select(BadRequest).FirstOrDefault(e => e is not null),
            { InnerException: { } inner } => BadRequest(inner),
            _ => null,
        };

    private sealed class ForwardingTransformer : HttpTransformer
    {
        public static readonly ForwardingTransformer Instance = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext,
            HttpRequestMessage proxyRequest,
            string destinationPrefix,
            CancellationToken cancellationToken
        )
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = null;
            proxyRequest.Headers.Remove("X-Forwarded-For");
            if (ClientNetwork.ForwardedFor(httpContext) is { } client)
                proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
            proxyRequest.Headers.Remove("X-Forwarded-Proto");
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", httpContext.Request.Scheme);
            // What links begin with is PUBLIC_URL; a host that a request names may be anybody's.
            proxyRequest.Headers.Remove("X-Forwarded-Host");
        }
    }
}
