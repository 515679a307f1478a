using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting.Auth;

/// <summary>Notes who was denied what by their role. The route's pattern and not the address, which is the caller's to choose.</summary>
internal sealed class DenialAudit(ILogger<DenialAudit> log) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler inner = new();

    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Forbidden)
            HostingLog.Denied(
                log,
                context.User.FindFirst("sub")?.Value,
                context.User.FindFirst("role")?.Value,
                context.Request.Method,
                (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText
            );
        return inner.HandleAsync(next, context, policy, authorizeResult);
    }
}
