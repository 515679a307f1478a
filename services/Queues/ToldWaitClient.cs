using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues;

/// <summary>
/// What the ticket service tells newcomers to expect, so that a queue's statistics promise the same. While it is away nothing waits for
/// it: the statistics reckon by themselves.
/// </summary>
internal sealed class ToldWaitClient(IServiceScopeFactory scopes, TimeProvider time, ILogger<ToldWaitClient> log)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);
    private static readonly IReadOnlyDictionary<string, int> None = new Dictionary<string, int>();
    private long awayUntil;

    /// <summary>Seconds by queue; without those nothing is known of.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ReadAsync(IReadOnlyCollection<string> queueIds)
    {
        if (time.Now().ToUnixTimeMilliseconds() < Volatile.Read(ref awayUntil))
            return None;
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<TicketClient>();
        using var patience = new CancellationTokenSource(TicketClient.Patience);
        var told = new Dictionary<string, int>();
        try
        {
            foreach (var ids in queueIds.Chunk(IdList.Max))
            {
                foreach (var (id, seconds) in await client.WaitsAsync(ids, patience.Token))
                    told[id] = seconds;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ExecutionRejectedException or JsonException)
        {
            Volatile.Write(ref awayUntil, (time.Now() + AskAgainAfter).ToUnixTimeMilliseconds());
            QueuesLog.WaitsNotTold(log, AskAgainAfter, e.GetType().Name);
        }

        return told;
    }
}
