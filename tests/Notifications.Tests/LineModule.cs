using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Modules;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>A ticket service with one line, in which A-42 waits.</summary>
internal sealed class LineModule : IServiceModule
{
    private int reads;

    public int Position { get; set; }

    public string Name => ServiceNames.Tickets;

    public IReadOnlyList<string> Routes => [];

    public IReadOnlyList<ServiceEndpoint> Endpoints => [];

    /// <summary>Waits until the line as it is now has been read.</summary>
    public Task IsReadAsync()
    {
        var before = Volatile.Read(ref reads);
        return Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref reads) > before), TimeSpan.FromSeconds(30));
    }

    public void AddServices(IServiceCollection services, ModuleContext context) { }

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapGet("/api/queues/queue-1/tickets", () =>
        {
            var items = new object[]
            {
                new
                {
                    ticketNumber = "A-1",
                    status = "called",
                    position = (int?)null,
                },
                new
                {
                    ticketNumber = "A-42",
                    status = "waiting",
                    position = (int?)Position,
                    estimatedWaitTime = Position * 60,
                },
            };
            Interlocked.Increment(ref reads);
            return new { items, nextCursor = (string?)null };
        });
}
