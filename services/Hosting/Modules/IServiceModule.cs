using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SmartQueue.Hosting.Modules;

/// <summary>All that a service shows the outside. Which process hosts it, on which storage and which bus, it does not know.</summary>
public interface IServiceModule
{
    /// <summary>Its name, one of <see cref="ServiceNames"/>.</summary>
    string Name { get; }

    /// <summary>
    /// The route patterns it answers, for processes that host it elsewhere and forward to it.
    /// A pattern with <c>{**rest}</c> covers all below it; the more specific pattern of another service wins.
    /// </summary>
    IReadOnlyList<string> Routes { get; }

    /// <summary>Where its consumers listen.</summary>
    IReadOnlyList<ServiceEndpoint> Endpoints { get; }

    /// <summary>Registers its stores and touches no file, so that commands can look at the storage of a system they do not run.</summary>
    /// <exception cref="Settings.StartupException">A setting is wrong.</exception>
    void AddStorage(IServiceCollection services, ModuleContext context) { }

    /// <summary>Registers its settings and use cases.</summary>
    /// <exception cref="Settings.StartupException">A setting is wrong.</exception>
    void AddServices(IServiceCollection services, ModuleContext context);

    /// <summary>Maps its HTTP endpoints.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes);
}
