using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Gateway.Edge;

/// <summary>What every request from outside passes: security headers, CORS, the origin check of the hub, rate limits, and the guard of what
/// operators read.</summary>
internal sealed class EdgePipeline(
    EdgeOptions options,
    HallNetworks hall,
    RateLimits limits,
    ConnectionLimits connections,
    ModuleContext process
) : IPipelineStep
{
    // What tells how the process does, and how it is used.
    private static readonly string[] Operations = ["/metrics", "/docs", "/openapi"];

    public void Use(IApplicationBuilder app)
    {
        app.Use(AddSecurityHeaders);
        app.UseCors();
        app.Use(CheckHubOrigin);
        app.Use(LimitRate);
        app.Use(GuardOperations);
    }

    private static Task AddSecurityHeaders(HttpContext context, RequestDelegate next)
    {
        // At the last moment, since anyone who turns an exception into an answer clears the headers first.
        context.Response.OnStarting(SetSecurityHeaders, context);
        return next(context);
    }

    private static Task SetSecurityHeaders(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal)
            // The documentation page brings its own script and style within it.
            ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
            : "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        return Task.CompletedTask;
    }

    private static bool IsExempt(HttpContext context) =>
        InnerCall.Is(context) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal);

    // Browsers do not apply CORS to WebSockets: another site's page could open one with what the browser knows of the person.
    private Task CheckHubOrigin(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !context.Request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase))
            return next(context);
        return options.Origins.Contains(origin) || options.Origins is ["*"] || IsOwn(origin, context.Request)
            ? next(context)
            : throw new RefusedException(ErrorCodes.Forbidden, "Pages of this origin may not connect; see CORS_ORIGINS.");
    }

    // The same host as the page's proves little: anyone who owns a domain lets its name lead to this machine, and their page is of "this
    // host" (DNS rebinding). Where the public name is known, only that one counts, and what no public DNS answers for: addresses and local
    // names.
    private bool IsOwn(string origin, HttpRequest request)
    {
        if (origin == process.PublicUrl.GetLeftPart(UriPartial.Authority))
            return true;
        return origin == $"{request.Scheme}://{request.Host}" && (!process.PublicUrlIsSet || IsLocalName(request.Host.Host));
    }

    private static bool IsLocalName(string host) =>
        !host.Contains('.', StringComparison.Ordinal)
        || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);

    private Task LimitRate(HttpContext context, RequestDelegate next)
    {
        if (IsExempt(context))
            return next(context);
        var subject = RateSubject.Of(context, options, hall);
        if (limits.Take(subject, "request") is { } refusal)
            throw refusal;
        // What names a connection belongs to one that is counted.
        if (
            context.Request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase) && !context.Request.Query.ContainsKey("id")
        )
            connections.ThrowIfFull(subject);
        return next(context);
    }

    private Task GuardOperations(HttpContext context, RequestDelegate next)
    {
        if (!Operations.Any(o => context.Request.Path.StartsWithSegments(o, StringComparison.OrdinalIgnoreCase)))
            return next(context);
        var caller = Caller.Of(context);
        if (caller.IsAdmin || ClientNetwork.IsDirectFrom(context, options.Operations))
            return next(context);
        throw caller.UserId is null
            ? new RefusedException(ErrorCodes.Unauthenticated, "Sign in as an admin first, or ask from one of OPERATIONS_NETWORKS.")
            : new RefusedException(ErrorCodes.Forbidden, "This is for admins, and for OPERATIONS_NETWORKS.");
    }
}
