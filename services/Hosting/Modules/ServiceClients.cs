using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace SmartQueue.Hosting.Modules;

/// <summary>HTTP clients of other services.</summary>
public static class ServiceClients
{
    /// <summary>
    /// Adds a typed client of a service, wherever it runs: 2 s an attempt, 5 s in all, a circuit breaker, and repeats of safe methods only.
    /// </summary>
    public static IHttpClientBuilder AddServiceClient<TClient>(this IServiceCollection services, ModuleContext context, string service)
        where TClient : class
    {
        var client = services.AddHttpClient<TClient>(typeof(TClient).FullName!, http => http.BaseAddress = context.AddressOf(service));
        client.AddStandardResilienceHandler(o =>
        {
            o.AttemptTimeout.Timeout = TimeSpan.FromSeconds(2);
            o.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(5);
            o.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(10);
            o.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(2);
            o.Retry.MaxRetryAttempts = 2;
            o.Retry.Delay = TimeSpan.FromMilliseconds(100);
            o.Retry.DisableForUnsafeHttpMethods();
        });
        return client;
    }
}
