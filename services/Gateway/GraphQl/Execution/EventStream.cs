using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using GraphQL;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using SmartQueue.Gateway.Edge;
using SmartQueue.Gateway.Push;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>
/// Writes results as server-sent events (GraphQL over SSE). Each has an id that tells its content, so anyone who comes back with
/// <c>Last-Event-ID</c> is not sent again what they have. A client that does not read is dropped, and may come back.
/// </summary>
internal sealed class EventStream(
    IGraphQLTextSerializer serializer,
    LiveConnections live,
    ConnectionLimits connections,
    EdgeOptions options,
    HallNetworks hall,
    IHostApplicationLifetime process,
    TimeProvider time
)
{
    private const int MaxBehind = 64;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan MaxWrite = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);
    private static readonly byte[] Comment = ":\n\n"u8.ToArray();
    private static readonly byte[] Complete = "event: complete\ndata:\n\n"u8.ToArray();

    /// <summary>Counts a stream that is to be written, until the answer is disposed.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c>: too many are open.</exception>
    public IDisposable Open(HttpContext http)
    {
        var subject = RateSubject.Of(http, options, hall);
        connections.ThrowIfFull(subject);
        return connections.Open(subject);
    }

    /// <summary>Writes a result, or those that follow as long as the client stays.</summary>
    public async Task WriteAsync(HttpContext http, ExecutionResult result, CancellationTokenSource ended)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        live.Add(http, http.User, ended.Cancel);
        using var expiry = Expiry(http, ended);
        await using var stopping = process.ApplicationStopping.Register(ended.Cancel);
        try
        {
            await http.Response.StartAsync(ended.Token);
            await SendAsync(http, Comment, ended.Token);
            if (result.Streams is not { Count: > 0 } streams)
                await SendAsync(http, Event(result, out _), ended.Token);
            else
                await FollowAsync(http, streams.Values.Single(), ended.Token);
            await SendAsync(http, Complete, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client is gone, its token has ended, or we stop. Without "complete" it knows to come back.
            http.Abort();
        }
        finally
        {
            live.Remove(http);
            await ended.CancelAsync();
        }
    }

    // A stream is worth as much as the token it was opened with.
    private ITimer? Expiry(HttpContext http, CancellationTokenSource ended)
    {
        if (!long.TryParse(http.User.FindFirst("exp")?.Value, out var seconds))
            return null;
        var rest = DateTimeOffset.FromUnixTimeSeconds(seconds) - time.GetUtcNow();
        return rest > MaxTimer
            ? null
            : time.CreateTimer(_ => ended.Cancel(), null, rest < TimeSpan.Zero ? TimeSpan.Zero : rest, Timeout.InfiniteTimeSpan);
    }

    private async Task FollowAsync(HttpContext http, IObservable<ExecutionResult> results, CancellationToken cancellationToken)
    {
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        var pending = Channel.CreateBounded<ExecutionResult>(new BoundedChannelOptions(MaxBehind) { SingleReader = true });
        using var subscription = results.Subscribe(new Observer(pending.Writer));
        while (true)
        {
            var more = pending.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (!more.IsCompleted)
            {
                using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                if (await Task.WhenAny(more, Task.Delay(KeepAlive, time, rest.Token)) == more)
                {
                    await rest.CancelAsync();
                    break;
                }

                cancellationToken.ThrowIfCancellationRequested();
                await SendAsync(http, Comment, cancellationToken);
            }

            try
            {
                if (!await more)
                    return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Too far behind. Without this it would look like a fault of ours.
                Drop(http);
                throw;
            }

            while (pending.Reader.TryRead(out var result))
            {
                var bytes = Event(result, out var id);
                if (id != last)
                    await SendAsync(http, bytes, cancellationToken);
                last = "";
            }
        }
    }

    private byte[] Event(ExecutionResult result, out string id)
    {
        var json = serializer.Serialize(result);
        id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8));
        return Encoding.UTF8.GetBytes($"id: {id}\nevent: next\ndata: {json}\n\n");
    }

    // Nobody is waited for: what a client does not take in time it loses, with the connection.
    private async Task SendAsync(HttpContext http, byte[] bytes, CancellationToken cancellationToken)
    {
        using var slow = new CancellationTokenSource(MaxWrite, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, cancellationToken);
        try
        {
            await http.Response.Body.WriteAsync(bytes, either.Token);
            await http.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Drop(http);
            throw;
        }
    }

    private static void Drop(HttpContext http)
    {
        GatewayMetrics.Dropped.Add(1);
        http.Abort();
    }

    private sealed class Observer(ChannelWriter<ExecutionResult> writer) : IObserver<ExecutionResult>
    {
        public void OnNext(ExecutionResult value)
        {
            if (!writer.TryWrite(value))
                writer.TryComplete(new OperationCanceledException("The client is too far behind."));
        }

        public void OnError(Exception error) => writer.TryComplete(error);

        public void OnCompleted() => writer.TryComplete();
    }
}
