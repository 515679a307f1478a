using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace SmartQueue.Hosting.Modules;

/// <summary>The server's end of a connection within the process, over a pipe in each direction.</summary>
internal sealed class InProcessConnection : ConnectionContext
{
    private static long count;

    private readonly Pipe requests = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe answers = new(new PipeOptions(useSynchronizationContext: false));

    // Never disposed, as either end may close it after the other; it holds no timer and no handle.
    private readonly CancellationTokenSource closed = new();

    public InProcessConnection(EndPoint endpoint)
    {
        ConnectionId = string.Create(CultureInfo.InvariantCulture, $"in-process-{Interlocked.Increment(ref count)}");
        ConnectionClosed = closed.Token;
        LocalEndPoint = endpoint;
        // What is forwarded that way is believed, as it would be over loopback.
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        Transport = new Duplex(requests.Reader, answers.Writer);
        Client = new InProcessStream(answers.Reader, requests.Writer, Abort);
        Features.Set(InnerCall.Mark);
    }

    /// <summary>The client's end: it reads answers and writes requests.</summary>
    public Stream Client { get; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override void Abort(ConnectionAbortedException abortReason) => _ = closed.CancelAsync();

    public override async ValueTask DisposeAsync()
    {
        await requests.Reader.CompleteAsync();
        await answers.Writer.CompleteAsync();
        await base.DisposeAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
