using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartQueue.Gateway.Tests;

/// <summary>Stands in for the queue and the ticket service.</summary>
internal sealed class FakeServices
{
    private int asked;
    private int queueReads;

    /// <summary>Queues by id, as the queue service answers them.</summary>
    public ConcurrentDictionary<string, object> Queues { get; } = new();

    /// <summary>Tickets by id, as the ticket service answers them.</summary>
    public ConcurrentDictionary<string, object> Tickets { get; } = new();

    /// <summary>The tracking token of each ticket.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new();

    public bool Away { get; set; }

    /// <summary>Runs while a ticket is asked for.</summary>
    public Func<Task> WhileAsked { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs while a queue is asked for, after it was read.</summary>
    public Func<Task> WhileQueueAsked { get; set; } = () => Task.CompletedTask;

    /// <summary>How often anything was asked for.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>How often a queue was asked for.</summary>
    public int QueueReads => Volatile.Read(ref queueReads);

    /// <summary>The idempotency keys of the calls of next tickets.</summary>
    public ConcurrentQueue<string> CallKeys { get; } = [];

    /// <summary>A handler of its own for each client, as a handler belongs to one pipeline.</summary>
    public HttpMessageHandler Handler() => new Answering(this);

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath.Split('/');
        Interlocked.Increment(ref asked);
        if (Away)
            throw new HttpRequestException("away");
        if (path[^1] == "call-next")
        {
            CallKeys.Enqueue(string.Concat(request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys : []));
            return new(HttpStatusCode.NoContent);
        }

        if (path[^1] == "queues")
            return Json(new { items = Array.Empty<object>(), nextCursor = (string?)null });
        if (path[2] == "queues")
        {
            Interlocked.Increment(ref queueReads);
            var queue = Queues.GetValueOrDefault(path[3]);
            await WhileQueueAsked().WaitAsync(cancellationToken);
            return queue is null ? new(HttpStatusCode.NotFound) : Json(queue);
        }

        await WhileAsked();
        if (Away)
            throw new HttpRequestException("away");
        var token = request.Headers.TryGetValues("X-Tracking-Token", out var given) ? given.Single() : null;
        var mayRead = request.Headers.Authorization is not null || (token is not null && Tokens.GetValueOrDefault(path[3]) == token);
        return mayRead && Tickets.TryGetValue(path[3], out var ticket) ? Json(ticket) : new(HttpStatusCode.NotFound);
    }

    private static HttpResponseMessage Json(object body) =>
        new(HttpStatusCode.OK) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Web) };

    private sealed class Answering(FakeServices services) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            services.AnswerAsync(request, cancellationToken);
    }
}
