using System.Net;
using System.Security.Claims;
using GraphQL;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Gateway.GraphQl.Execution;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>A client that follows events and does not read them.</summary>
public sealed class SlowStreamTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Connection connection = new();
    private readonly CancellationTokenSource ended = new();

    public void Dispose()
    {
        connection.Dispose();
        ended.Dispose();
    }

    [Fact]
    public async Task One_that_takes_nothing_for_ten_seconds_is_dropped()
    {
        await using var host = await GatewayHost.StartAsync();
        var writing = WriteAsync(host, new ExecutionResult());
        await connection.Stuck;

        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.False(connection.RequestAborted.IsCancellationRequested);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await DroppedAsync(writing);
    }

    [Fact]
    public async Task One_that_falls_too_far_behind_is_dropped_and_keeps_nobody_waiting()
    {
        await using var host = await GatewayHost.StartAsync();
        var source = new Source();
        connection.TakesFirst = true;
        var writing = WriteAsync(
            host,
            new ExecutionResult { Streams = new Dictionary<string, IObservable<ExecutionResult>> { ["queueUpdated"] = source } }
        );
        await Eventually.TrueAsync(() => Task.FromResult(source.Follower is not null));
        // One is being written, 64 wait, and none is waited for.
        for (var i = 0; i < 70; i++)
        {
            source.Follower!.OnNext(new ExecutionResult());
            if (i == 0)
                await connection.Stuck;
        }

        connection.Go();

        await DroppedAsync(writing);
    }

    private async Task DroppedAsync(Task writing)
    {
        // As a client that went away: nothing that anybody has to look into.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(connection.RequestAborted.IsCancellationRequested);
        Assert.True(ended.IsCancellationRequested);
    }

    private Task WriteAsync(GatewayHost host, ExecutionResult result)
    {
        var http = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity()) };
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Features.Set<IHttpRequestLifetimeFeature>(connection);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(connection.Body));
        var stream = ActivatorUtilities.CreateInstance<EventStream>(host.Process.Services, (TimeProvider)time);
        return stream.WriteAsync(http, result, ended);
    }

    private sealed class Source : IObservable<ExecutionResult>, IDisposable
    {
        public IObserver<ExecutionResult>? Follower { get; private set; }

        public IDisposable Subscribe(IObserver<ExecutionResult> observer)
        {
            Follower = observer;
            return this;
        }

        public void Dispose() { }
    }

    private sealed class Connection : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource aborted = new();
        private readonly TaskCompletionSource stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Connection()
        {
            Body = new Pipe(this);
            RequestAborted = aborted.Token;
        }

        public Stream Body { get; }

        public CancellationToken RequestAborted { get; set; }

        public Task Stuck => stuck.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public bool TakesFirst { get; set; }

        public void Go() => go.SetResult();

        public void Abort() => aborted.Cancel();

        public void Dispose()
        {
            aborted.Dispose();
            Body.Dispose();
        }

        private sealed class Pipe(Connection connection) : MemoryStream
        {
            public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (connection.TakesFirst)
                {
                    connection.TakesFirst = false;
                    return;
                }

                connection.stuck.TrySetResult();
                await connection.go.Task.WaitAsync(cancellationToken);
            }
        }
    }
}
