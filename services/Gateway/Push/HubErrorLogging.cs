using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Gateway.Push;

/// <summary>Logs the hub calls that fail for a fault of ours. A refusal is an answer, not a failure, and no reason to fill the
/// log.</summary>
internal sealed class HubErrorLogging(ILogger<HubErrorLogging> log) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext,
        Func<HubInvocationContext, ValueTask<object?>> next
    )
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception e) when (e is not (HubException or OperationCanceledException))
        {
            GatewayLog.HubCallFailed(log, e, invocationContext.HubMethodName);
            throw;
        }
    }
}
