using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;

namespace SmartQueue.Notifications.Line;

/// <summary>
/// The wait that people who join are told. One answer does for all who join a queue within a few seconds. While the ticket service is away
/// nothing waits for it: they are told that they joined, without an estimate.
/// </summary>
internal sealed class EstimateClient(IServiceScopeFactory scopes, TimeProvider time, ILogger<EstimateClient> log)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, Task<int?> Minutes)> known = new();

    /// <summary>Minutes that someone who joins the queue now is expected to wait; <c>null</c> where nobody can say.</summary>
    public Task<int?> MinutesAsync(string queueId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return known.AddOrUpdate(queueId, id => (now, AskAsync(id)), (id, last) => now - last.At < GoodFor ? last : (now, AskAsync(id))).Minutes.WaitAsync(cancellationToken);
    }

    // Not cancelled by one of those who wait for it.
    private async Task<int?> AskAsync(string queueId)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await scope.ServiceProvider.GetRequiredService<LineClient>().WaitAsync(queueId, patience.Token) is { } seconds ? FollowedTicket.Minutes(seconds) : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ExecutionRejectedException or JsonException)
        {
            NotificationsLog.NoEstimate(log, e, queueId);
            return null;
        }
    }
}
