using Microsoft.Extensions.DependencyInjection;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Hosting.Storage;

/// <summary>The storage of one service, to which its stores are added.</summary>
public sealed class ServiceStorage
{
    private readonly IServiceCollection services;
    private readonly string service;
    private readonly bool mongo;

    internal ServiceStorage(IServiceCollection services, string service, bool mongo)
    {
        this.services = services;
        this.service = service;
        this.mongo = mongo;
    }

    /// <summary>
    /// Adds a store with its two implementations. Their constructors take the service's <see cref="SqliteDatabase"/>, or its
    /// <see cref="IMongoDatabase"/> and, where they add events, its <see cref="MongoOutbox"/> to wake.
    /// </summary>
    public ServiceStorage Add<TStore, TSqlite, TMongo>()
        where TStore : class
        where TSqlite : class, TStore, IStore
        where TMongo : class, TStore, IStore
    {
        if (mongo)
        {
            services.AddSingleton(sp => sp.Create<TMongo>(sp.GetRequiredKeyedService<IMongoDatabase>(service), sp.GetRequiredKeyedService<MongoOutbox>(service)));
            services.AddSingleton<TStore>(sp => sp.GetRequiredService<TMongo>());
            services.AddSingleton(sp => new NamedStore(service, sp.GetRequiredService<TMongo>()));
        }
        else
        {
            services.AddSingleton(sp => sp.Create<TSqlite>(sp.GetRequiredKeyedService<SqliteDatabase>(service)));
            services.AddSingleton<TStore>(sp => sp.GetRequiredService<TSqlite>());
            services.AddSingleton(sp => new NamedStore(service, sp.GetRequiredService<TSqlite>()));
        }

        return this;
    }
}
