using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Notifications.Tests;

/// <summary>A ticket service that says how long people wait, or answers with an error.</summary>
internal sealed class EtaModule(int? seconds) : IServiceModule
{
    private int asked;

    public int Asked => Volatile.Read(ref asked);

    public string Name => ServiceNames.Tickets;

    public IReadOnlyList<string> Routes => [];

    public IReadOnlyList<ServiceEndpoint> Endpoints => [];

    public void AddServices(IServiceCollection services, ModuleContext context)
    {
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapGet("/api/queues/queue-1/eta", () =>
    {
        Interlocked.Increment(ref asked);
        return seconds is null ? Results.StatusCode(StatusCodes.Status501NotImplemented) : Results.Ok(new { estimatedWaitTime = seconds });
    });
}
