using System.Reflection;
using System.Runtime.CompilerServices;

namespace SmartQueue.Hosting.Tests;

/// <summary>The rules that keep the services apart and their domains plain. They hold for whatever service is added.</summary>
public sealed class ArchitectureTests
{
    private const string Shared = "SmartQueue.Hosting";
    private static readonly HashSet<string> QueueDomain =
    [
        "Queue",
        "QueueSettings",
        "QueueDesk",
        "LineStatus",
        "LineTicket",
        "LineBoard",
        "ServiceDays",
        "WeekPlan",
        "MergePatch",
    ];

    private static readonly string[] Storage = ["Microsoft.Data.Sqlite", "Dapper", "MongoDB", "RabbitMQ"];
    private static readonly string[] Choices = ["MongoDb", "RabbitMq"];
    private static readonly string[] Choosing = ["BrokerGauges", "BusSetup", "StorageSetup", "TopologyDeclaration"];
    private static readonly string[] Technology = [.. Storage, "MassTransit", "Microsoft.AspNetCore", "Yarp", "Polly"];

    /// <summary>What talks to the outside says so by its name; all else is domain and use cases.</summary>
    private static readonly string[] Edges =
    [
        "Module",
        "Api",
        "Client",
        "Publisher",
        "Hub",
        "Store",
        "Document",
        "Sender",
        "Delivery",
        "Setup",
    ];
    private static readonly string[] Known =
    [
        "SmartQueue.Analytics",
        "SmartQueue.Gateway",
        "SmartQueue.Notifications",
        "SmartQueue.Queues",
        "SmartQueue.Tickets",
        "SmartQueue.Users",
    ];

    private static readonly IReadOnlyList<Assembly> Services =
    [
        .. Directory
            .EnumerateFiles(AppContext.BaseDirectory, "SmartQueue.*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            // Replay is no service but a client of the public API; estimates are a library that knows nothing of the rest.
            .Where(n =>
                n
                    is not (
                        "SmartQueue.Replay"
                        or "SmartQueue.Estimates"
                        or "SmartQueue.Contracts"
                        or Shared
                        or "SmartQueue.Testing"
                        or "SmartQueue.Host"
                    )
                && !n!.EndsWith(".Tests", StringComparison.Ordinal)
            )
            .Order(StringComparer.Ordinal)
            .Select(n => Assembly.Load(n!)),
    ];

    public static TheoryData<string> ServiceNames => [.. Services.Select(s => s.GetName().Name!)];

    [Fact]
    public void All_services_are_looked_at() => Assert.Equal(Known, Services.Select(s => s.GetName().Name).Intersect(Known));

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_knows_no_other_service(string service) =>
        Assert.Empty(Find(service).GetReferencedAssemblies().Select(a => a.Name!).Intersect(Services.Select(s => s.GetName().Name!)));

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_shows_only_its_module(string service) =>
        Assert.All(Find(service).GetExportedTypes(), t => Assert.EndsWith("Module", t.Name, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Domain_and_use_cases_are_free_of_technology(string service)
    {
        // The gateway has no domain: all of it is edge.
        var types = service == "SmartQueue.Gateway" ? [] : Types(Find(service)).Where(t => !IsEdge(t)).ToList();

        Assert.Empty(types.SelectMany(t => Uses(t, Technology)));
    }

    [Fact]
    public void Estimates_know_nothing_but_the_language() =>
        Assert.All(typeof(Estimates.LineModel).Assembly.GetReferencedAssemblies(), a =>
            Assert.StartsWith("System.", a.Name, StringComparison.Ordinal)
        );

    [Fact]
    public void The_domain_of_the_queue_service_is_looked_at() =>
        Assert.Superset(QueueDomain, Types(Find("SmartQueue.Queues")).Where(t => !IsEdge(t)).Select(t => t.Name).ToHashSet());

    [Fact]
    public void Storage_and_broker_are_chosen_in_one_place_each_and_known_to_stores_only()
    {
        var others = Services.Append(Assembly.Load(Shared)).SelectMany(Types).Where(t => !IsStorage(t));

        Assert.Empty(others.SelectMany(t => Uses(t, Storage)));
    }

    [Fact]
    public void Which_storage_and_bus_are_set_is_asked_by_the_two_setups_only()
    {
        var context = typeof(Modules.ModuleContext);
        var asked = Choices.Select(n => context.GetProperty(n, BindingFlags.Instance | BindingFlags.NonPublic)!.GetMethod!).ToList();
        var asking = Types(Assembly.Load(Shared)).Where(t => t != context && TypeUse.Calls(t).Intersect(asked).Any()).Select(t => t.Name);

        // Internal to the hosting, so no service can ask.
        Assert.All(asked, getter => Assert.True(getter.IsAssembly));
        Assert.Equal(Choosing, asking.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_rules_can_fail()
    {
        Assert.Contains(Uses(typeof(Storage.Sqlite.SqliteOutbox), Storage), u =>
            u.Contains("Microsoft.Data.Sqlite", StringComparison.Ordinal)
        );
        Assert.Contains(Uses(typeof(Storage.Mongo.MongoOutbox), Storage), u => u.Contains("MongoDB", StringComparison.Ordinal));
        Assert.NotEmpty(Uses(typeof(OnlyInside), Storage));
        Assert.Empty(Uses(typeof(Plain), Technology));
    }

    private static bool IsEdge(Type type) =>
        IsStorage(type)
        || Edges.Any(e => type.Name.EndsWith(e, StringComparison.Ordinal))
        || type.Namespace!.EndsWith(".Consumers", StringComparison.Ordinal);

    private static bool IsStorage(Type type) =>
        type.Namespace!.StartsWith(Shared + ".Storage", StringComparison.Ordinal)
        || type.Namespace.StartsWith(Shared + ".Bus", StringComparison.Ordinal)
        || type.Name.StartsWith("Sqlite", StringComparison.Ordinal)
        || type.Name.StartsWith("Mongo", StringComparison.Ordinal)
        || type.Name.EndsWith("Document", StringComparison.Ordinal);

    private static IEnumerable<Type> Types(Assembly assembly) =>
        assembly
            .GetTypes()
            .Where(t =>
                !t.IsNested
                && t.Namespace?.StartsWith("SmartQueue", StringComparison.Ordinal) == true
                && !t.IsDefined(typeof(CompilerGeneratedAttribute))
            );

    private static IEnumerable<string> Uses(Type type, string[] namespaces) =>
        TypeUse
            .Of(type)
            .Where(used =>
                namespaces.Any(n => used.Namespace == n || used.Namespace?.StartsWith(n + ".", StringComparison.Ordinal) == true)
            )
            .Select(used => $"{type.FullName} uses {used.FullName}");

    private static Assembly Find(string service) => Services.Single(s => s.GetName().Name == service);

    private static class OnlyInside
    {
        public static async Task<object> Lambda()
        {
            await Task.Yield();
            return new Func<object>(() => Dapper.SqlMapper.GetTypeDeserializer(typeof(string), null!));
        }
    }

    private static class Plain
    {
        public static string Text() => "Dapper";
    }
}
