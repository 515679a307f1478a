using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using SmartQueue.Gateway.Push;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>A client of the hub that keeps all it hears.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Message, JsonElement Body)> heard = [];

    public Listener(HubConnection connection)
    {
        Connection = connection;
        foreach (
            var message in new[]
            {
                PushMessages.QueueUpdated,
                PushMessages.TicketUpdated,
                PushMessages.TicketCalled,
                PushMessages.Announcement,
                PushMessages.Notification,
            }
        )
            connection.On<JsonElement>(message, body => heard.Enqueue((message, body.Clone())));
    }

    public HubConnection Connection { get; }

    public IReadOnlyList<(string Message, JsonElement Body)> Heard => [.. heard];

    public IReadOnlyList<JsonElement> Of(string message) => [.. heard.Where(h => h.Message == message).Select(h => h.Body)];

    public Task InvokeAsync(string method, params object?[] arguments) =>
        Connection.InvokeCoreAsync(method, arguments, TestContext.Current.CancellationToken);

    /// <summary>Waits for a message that satisfies a condition.</summary>
    public async Task<JsonElement> HearsAsync(string message, Func<JsonElement, bool>? that = null)
    {
        await Eventually.TrueAsync(() => Task.FromResult(Of(message).Any(b => that?.Invoke(b) ?? true)));
        return Of(message).First(b => that?.Invoke(b) ?? true);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
