using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Tests;

/// <summary>A service that consumes one event, on a storage that is away when a test says so.</summary>
internal sealed class ErasuresModule : IServiceModule
{
    public const string Endpoint = "probe-erasures";

    public string Name => "probe";

    public IReadOnlyList<string> Routes => [];

    public IReadOnlyList<ServiceEndpoint> Endpoints => [new(Endpoint, [typeof(Consumer)])];

    public void AddServices(IServiceCollection services, ModuleContext context) { }

    public void MapEndpoints(IEndpointRouteBuilder routes) { }

    private sealed class Consumer(ErasuresConsumed consumed) : IEventConsumer<UserErased>
    {
        private const int Busy = 5;

        public Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken)
        {
            consumed.Attempt(happened.UserId);
            if (consumed.Away)
                throw new SqliteException("database is locked", Busy);
            consumed.Done[happened.UserId] = true;
            return Task.CompletedTask;
        }
    }
}
