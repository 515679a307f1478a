using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Hosting.Storage;

/// <summary>The one place where the storage is chosen: MongoDB with <c>MONGODB_URI</c>, else a SQLite file per service.</summary>
public static class StorageSetup
{
    private const string Answers = "Answers to idempotency keys";

    /// <summary>Registers a service's storage and its outbox.</summary>
    /// <param name="services">The container.</param>
    /// <param name="context">The process.</param>
    /// <param name="service">The service: names the file or the database.</param>
    /// <param name="sqliteSchema">Gives the schema of its file.</param>
    /// <param name="mongoSchema">Gives the schema of its database. Only asked for with it: even to name its types loads the driver.</param>
    /// <param name="outboxCollections">The MongoDB collections whose documents carry events.</param>
    /// <exception cref="StartupException"><c>MONGODB_URI</c> is wrong.</exception>
    public static ServiceStorage AddStorage(
        this IServiceCollection services,
        ModuleContext context,
        string service,
        Func<IReadOnlyList<SqliteStep>> sqliteSchema,
        Func<IReadOnlyList<MongoStep>> mongoSchema,
        params IReadOnlyList<string> outboxCollections
    )
    {
        if (context.MongoDb is { } uri)
            AddMongo(services, context, service, uri, mongoSchema(), outboxCollections);
        else
            AddSqlite(services, context, service, sqliteSchema());
        return new ServiceStorage(services, service, context.MongoDb is not null);
    }

    /// <summary>The storage of a process and nothing else of it, for commands. No file or connection is opened before it is asked
    /// for.</summary>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public static ServiceProvider BuildStorage(this ModuleContext context)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        foreach (var module in context.HostedModules)
            module.AddStorage(services, context);
        return services.BuildServiceProvider();
    }

    /// <summary>The server of an address for MongoDB's own tools: all databases, the account, no password.</summary>
    internal static string Server(MongoUrl url) =>
        new MongoUrlBuilder(url.ToString())
        {
            Password = null,
            DatabaseName = null,
            // Without it, accounts are looked for in the database that was named.
            AuthenticationSource = url.Username is null ? null : url.AuthenticationSource ?? url.DatabaseName,
        }.ToString();

    // Apart from the other one, so that the driver is loaded with MongoDB only.
    private static void AddMongo(
        IServiceCollection services,
        ModuleContext context,
        string service,
        string uri,
        IReadOnlyList<MongoStep> steps,
        IReadOnlyList<string> outboxCollections
    )
    {
        MongoConventions.Register();
        var url = MongoAddress(uri, context.Settings);
        services.AddKeyedSingleton(service, (_, _) => MongoConventions.Database(url, service));
        AddConditions(services, context, service);
        services.AddKeyedSingleton(service, (sp, _) =>
            new MongoOutbox(
                service,
                sp.GetRequiredKeyedService<IMongoDatabase>(service),
                outboxCollections,
                sp.GetRequiredService<TimeProvider>()
            )
        );
        services.AddSingleton<IOutbox>(sp => sp.GetRequiredKeyedService<MongoOutbox>(service));
        services.AddSingleton<ISchema>(sp => new MongoSchema(
            service,
            sp.GetRequiredKeyedService<IMongoDatabase>(service),
            steps,
            sp.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(sp => new Retention(service, Answers, Idempotency.KeptFor, (before, token) =>
            MongoAnswers.DropAsync(sp.GetRequiredKeyedService<IMongoDatabase>(service), outboxCollections, before, token)
        ));
        services.AddSingleton(sp =>
        {
            var database = sp.GetRequiredKeyedService<IMongoDatabase>(service);
            var schema = new MongoSchema(service, database, steps, sp.GetRequiredService<TimeProvider>());
            return new StoreView(service, $"database {database.DatabaseNamespace}", [.. steps.Select(s => s.Summary)], schema.PeekAsync)
            {
                Server = Server(url),
            };
        });
    }

    private static void AddSqlite(IServiceCollection services, ModuleContext context, string service, IReadOnlyList<SqliteStep> steps)
    {
        var path = Path.Combine(context.DataFolder, service + ".db");
        services.AddKeyedSingleton(service, (_, _) => new SqliteDatabase(path, lasting: !context.IsDemo));
        services.AddKeyedSingleton(service, (sp, _) =>
            new SqliteOutbox(service, sp.GetRequiredKeyedService<SqliteDatabase>(service), sp.GetRequiredService<TimeProvider>())
        );
        services.AddSingleton<IOutbox>(sp => sp.GetRequiredKeyedService<SqliteOutbox>(service));
        services.AddSingleton<ISchema>(sp => new SqliteSchema(service, sp.GetRequiredKeyedService<SqliteDatabase>(service), steps));
        services.AddSingleton(sp => new Retention(service, Answers, Idempotency.KeptFor, (before, token) =>
            SqliteAnswers.DropAsync(sp.GetRequiredKeyedService<SqliteDatabase>(service), before, token)
        ));
        services.AddSingleton(
            new StoreView(service, $"file {path}", [.. steps.Select(s => s.Summary)], _ => Task.FromResult(SqliteSchema.Peek(path)))
            {
                File = path,
            }
        );
    }

    // Of the first service with a storage: they are all on one server, and processes without a broker host the same services.
    private static void AddConditions(IServiceCollection services, ModuleContext context, string service)
    {
        if (services.Any(s => s.ServiceType == typeof(MongoServer)))
            return;
        services.AddSingleton(sp => sp.Create<MongoServer>(sp.GetRequiredKeyedService<IMongoDatabase>(service)));
        services.AddSingleton<IStorageCondition>(sp => sp.GetRequiredService<MongoServer>());
        if (context.RabbitMq is not null)
            return;
        services.AddSingleton(sp => sp.Create<ProcessLease>(sp.GetRequiredKeyedService<IMongoDatabase>(service)));
        services.AddSingleton<IStorageCondition>(sp => sp.GetRequiredService<ProcessLease>());
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<ProcessLease>());
    }

    private static MongoUrl MongoAddress(string uri, SettingsReader settings)
    {
        var (user, password) = (settings.Text("MONGODB_USER"), settings.Text("MONGODB_PASSWORD"));
        if (user is null != password is null)
            throw new StartupException("MONGODB_USER and MONGODB_PASSWORD must be set together.");
        try
        {
            var address = new MongoUrlBuilder(uri);
            if (user is null || address.Username is not null)
                return address.ToMongoUrl();
            (address.Username, address.Password) = (user, password);
            // Where MongoDB's own images keep the accounts they are started with.
            address.AuthenticationSource ??= "admin";
            return address.ToMongoUrl();
        }
        catch (MongoConfigurationException e)
        {
            throw new StartupException("MONGODB_URI must be an address such as mongodb://user:password@host:27017/.", e);
        }
    }
}
