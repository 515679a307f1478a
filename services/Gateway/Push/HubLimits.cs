using Microsoft.AspNetCore.SignalR;
using SmartQueue.Gateway.Edge;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.Push;

/// <summary>Counts connections of the hub, and each call as a request of the one who makes it. Who goes on calling while refused is
/// disconnected.</summary>
internal sealed class HubLimits(RateLimits limits, ConnectionLimits connections, EdgeOptions options, HallNetworks hall) : IHubFilter
{
    /// <summary>So many refusals in a row end a connection.</summary>
    internal const int MaxRefusals = 100;

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var subject = RateSubject.Of(context.Context.GetHttpContext()!, options, hall);
        var caller = new HubCaller(subject, connections.Open(subject));
        context.Context.Items[typeof(HubCaller)] = caller;
        try
        {
            await next(context);
        }
        catch
        {
            // One that failed to connect does not disconnect.
            caller.Place.Dispose();
            throw;
        }
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        CallerOf(context.Context).Place.Dispose();
        return next(context, exception);
    }

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var caller = CallerOf(invocationContext.Context);
        if (limits.Take(caller.Subject, "hub") is not { } refusal)
        {
            caller.Refused = 0;
            return next(invocationContext);
        }

        if (++caller.Refused >= MaxRefusals)
            invocationContext.Context.Abort();
        throw new HubException($"{ErrorCodes.RateLimited}: {refusal.Message}");
    }

    private static HubCaller CallerOf(HubCallerContext context) => (HubCaller)context.Items[typeof(HubCaller)]!;

    private sealed class HubCaller(RateSubject subject, IDisposable place)
    {
        public RateSubject Subject { get; } = subject;

        public IDisposable Place { get; } = place;

        // Calls of one connection run one after another.
        public int Refused { get; set; }
    }
}
