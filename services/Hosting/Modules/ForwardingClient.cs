using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace SmartQueue.Hosting.Modules;

/// <summary>The connections requests are forwarded over.</summary>
internal sealed class ForwardingClient : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new ReverseProxyPropagator(System.Diagnostics.DistributedContextPropagator.Current),
        ConnectTimeout = TimeSpan.FromSeconds(2),
    });

    public void Dispose() => Invoker.Dispose();
}
