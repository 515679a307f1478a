using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Gateway;

/// <summary>
/// Marks the calls the edge makes of services in its own process, which come in through the same door: what one request from outside
/// asks for is counted once. The mark is made up at the start, and never sent elsewhere.
/// </summary>
internal sealed class InnerCalls(ModuleContext context)
{
    private const string Header = "X-SmartQueue-Inner";

    private readonly byte[] mark = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Whether a request is one of them.</summary>
    public bool IsInner(HttpContext http) =>
        http.Request.Headers[Header] is { Count: 1 } given && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.ToString()), mark);

    /// <summary>Marks the calls of a service's client.</summary>
    public DelegatingHandler HandlerFor(string service) => new Marking(context.Hosts(service) ? Encoding.ASCII.GetString(mark) : null);

    private sealed class Marking(string? mark) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (mark is not null) request.Headers.TryAddWithoutValidation(Header, mark);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
