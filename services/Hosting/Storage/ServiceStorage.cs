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
        where TSqlite : class, TStore
        where TMongo : class, TStore
    {
        if (mongo)
        {
            services.AddSingleton<TStore>(sp =>
                sp.Create<TMongo>(sp.GetRequiredKeyedService<IMongoDatabase>(service), sp.GetRequiredKeyedService<MongoOutbox>(service))
            );
        }
        else
        {
            services.AddSingleton<TStore>(sp => sp.Create<TSqlite>(sp.GetRequiredKeyedService<SqliteDatabase>(service)));
        }

        return this;
    }
}
