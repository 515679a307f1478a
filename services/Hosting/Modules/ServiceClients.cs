using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace SmartQueue.Hosting.Modules;

/// <summary>HTTP clients of other services.</summary>
public static class ServiceClients
{
    // Of the time for an attempt.
    private const double InAll = 2.5;

    /// <summary>
    /// Adds a typed client of a service, wherever it runs: 5 s in all, and where it is in another process 2 s an attempt, a circuit breaker,
    /// and repeats of safe methods only.
    /// </summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="context">The process.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="patience">How long an attempt may take, where 2 s are too few: checking a password takes long on a busy
    /// machine.</param>
    public static IHttpClientBuilder AddServiceClient<TClient>(
        this IServiceCollection services,
        ModuleContext context,
        string service,
        TimeSpan? patience = null
    )
        where TClient : class
    {
        var attempt = patience ?? TimeSpan.FromSeconds(2);
        var client = services.AddHttpClient<TClient>(typeof(TClient).FullName!, http => http.BaseAddress = context.AddressOf(service));
        client.ReachServices();
        // What is in this process is there as long as it is: asking again would only add to what it has to do.
        if (context.Hosts(service))
            client.AddHttpMessageHandler(() => new CallLimit(attempt * InAll));
        else
            AddResilience(client, attempt);
        return client;
    }

    // Apart, so that where nothing is in another process its libraries are not loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddResilience(IHttpClientBuilder client, TimeSpan attempt) =>
        client.AddStandardResilienceHandler(o =>
        {
            o.AttemptTimeout.Timeout = attempt;
            o.TotalRequestTimeout.Timeout = attempt * InAll;
            o.CircuitBreaker.SamplingDuration = attempt * 5;
            o.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(2);
            o.Retry.MaxRetryAttempts = 2;
            o.Retry.Delay = TimeSpan.FromMilliseconds(100);
            o.Retry.DisableForUnsafeHttpMethods();
        });

    /// <summary>
    /// Lets a client call services: those of its own process within it, others by the network, and none through a proxy, which would
    /// read the tokens of those it is called for.
    /// </summary>
    public static IHttpClientBuilder ReachServices(this IHttpClientBuilder client) =>
        client.ConfigurePrimaryHttpMessageHandler(
            (handler, services) =>
            {
                if (handler is not SocketsHttpHandler sockets)
                    return;
                sockets.UseProxy = false;
                sockets.ConnectCallback = services.GetRequiredService<InProcessTransport>().ConnectAsync;
                // What a caller sent in a header or an address goes on in a header, and is for the service to judge.
                sockets.RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8;
            }
        );
}
