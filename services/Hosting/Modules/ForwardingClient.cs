using System.Net;
using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace SmartQueue.Hosting.Modules;

/// <summary>The connections requests are forwarded over.</summary>
internal sealed class ForwardingClient : IDisposable
{
    public HttpMessageInvoker Invoker { get; } =
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                EnableMultipleHttp2Connections = true,
                ActivityHeadersPropagator = new ReverseProxyPropagator(System.Diagnostics.DistributedContextPropagator.Current),
                ConnectTimeout = TimeSpan.FromSeconds(2),
                // As Kestrel has read them, whatever a caller sent.
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            }
        );

    public void Dispose() => Invoker.Dispose();
}
