using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace SmartQueue.Hosting.Modules;

/// <summary>
/// How services of one process call each other: HTTP as everywhere, over pipes in memory instead of a network. Nobody else can listen
/// there, whatever address the process is bound to, and what comes that way is known to come from the process itself.
/// </summary>
internal sealed class InProcessTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>The address of every service of the process. Its name is reserved (RFC 2606) and leads nowhere on any network.</summary>
    public static readonly Uri Address = new("http://in-process.invalid");

    private volatile Listener? listener;

    public bool CanBind(EndPoint endpoint) => endpoint is InProcessEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var bound = new Listener(endpoint);
        listener = bound;
        return ValueTask.FromResult<IConnectionListener>(bound);
    }

    /// <summary>Connects a client: to this process at <see cref="Address"/>, else over the network.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (context.DnsEndPoint.Host == Address.Host)
            return listener?.Connect() ?? throw new SocketException((int)SocketError.ConnectionRefused);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            // The client asks for it next, and the socket keeps it. Where the connection is closed already it fails, which from here the
            // client tells as a call that failed, and from there as it is.
            _ = socket.RemoteEndPoint;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly Channel<ConnectionContext> waiting = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint { get; } = endpoint;

        /// <summary>The client's end of a new connection; <c>null</c> once nobody takes it any more.</summary>
        public Stream? Connect()
        {
            var connection = new InProcessConnection(EndPoint);
            return waiting.Writer.TryWrite(connection) ? connection.Client : null;
        }

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await waiting.Reader.WaitToReadAsync(cancellationToken))
            {
                if (waiting.Reader.TryRead(out var connection))
                    return connection;
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            waiting.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
