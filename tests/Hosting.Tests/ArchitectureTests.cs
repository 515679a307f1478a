using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>The rules that keep the services apart and their domains plain. They hold for whatever service is added.</summary>
public sealed class ArchitectureTests
{
    private const string Shared = "SmartQueue.Hosting";
    private static readonly HashSet<string> QueueDomain =
    [
        "Queue",
        "QueueDesk",
        "LineStatus",
        "LineTicket",
        "QueueStatusCache",
        "ServiceDays",
        "WeekPlan",
    ];

    private static readonly string[] Storage = ["Microsoft.Data.Sqlite", "Dapper", "MongoDB", "RabbitMQ"];
    private static readonly string[] Choices = ["MongoDb", "RabbitMq"];
    private static readonly string[] Choosing = ["BrokerGauges", "BusSetup", "StorageSetup", "TopologyDeclaration"];
    private static readonly string[] Technology = [.. Storage, "MassTransit", "Microsoft.AspNetCore", "Yarp", "Polly"];

    /// <summary>The rooms that talk to the outside. All others, and what is in none, are domain and use cases.</summary>
    private static readonly string[] Edges = ["Consumers", "Delivery", "Http", "Push", "Storage"];

    /// <summary>What may talk to the outside from no room: it puts the service together, asks another one, or tells it.</summary>
    private static readonly string[] EdgesOfTheService = ["Module", "Setup", "Client", "Publisher"];

    private static readonly Regex Import = new(@"(?:from|import\()\s*'(\.[^']*)'", RegexOptions.CultureInvariant);

    private static readonly Regex OutboxChange = new(
        @"([\w.]+)\([^;""(]*""[""\s]*(?:UPDATE|DELETE FROM|INSERT INTO|INSERT OR REPLACE INTO) outbox\b",
        RegexOptions.CultureInvariant
    );

    private static readonly string[] Known =
    [
        "SmartQueue.Analytics",
        "SmartQueue.Appointments",
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

        None(types.SelectMany(t => Uses(t, Technology)));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    [InlineData("SmartQueue.Replay")]
    public void Rooms_form_no_circle(string service)
    {
        var assembly = Assembly.Load(service);
        var uses = Types(assembly)
            .Where(t => RoomOf(t, service) != "")
            .SelectMany(t =>
                TypeUse
                    .Of(t)
                    .Where(u => u.Assembly == assembly)
                    .Select(u => (From: RoomOf(t, service), To: RoomOf(u, service), Types: $"{t.Name} uses {u.Name}"))
            )
            .Where(u => u.To != "" && u.From != u.To)
            .ToLookup(u => u.From);

        None(uses.SelectMany(room => room).Where(u => Reaches(u.To, u.From, uses, [])).Select(u => $"{u.From} → {u.To}: {u.Types}"));
    }

    [Fact]
    public void Files_of_the_pages_form_no_circle()
    {
        var source = Path.Combine(SystemProcess.Root, "services/Gateway/Web/src");
        var files = Directory
            .EnumerateFiles(source, "*.ts*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.ChangeExtension(f, null), File.ReadAllText, StringComparer.Ordinal);
        var imports = files
            .SelectMany(f =>
                Import.Matches(f.Value).Select(m => (From: f.Key, To: Path.GetFullPath(m.Groups[1].Value, Path.GetDirectoryName(f.Key)!)))
            )
            .Where(i => files.ContainsKey(i.To))
            .Select(i => (i.From, i.To, Types: Path.GetRelativePath(source, i.From) + " imports " + Path.GetRelativePath(source, i.To)))
            .ToLookup(i => i.From);

        Assert.NotEmpty(imports);
        None(imports.SelectMany(file => file).Where(i => Reaches(i.To, i.From, imports, [])).Select(i => i.Types));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_domain_knows_nothing_else_of_its_service(string service)
    {
        var assembly = Find(service);
        var domain = Types(assembly).Where(t => RoomOf(t, service) == "Domain");

        None(
            domain.SelectMany(t =>
                TypeUse
                    .Of(t)
                    .Where(u => u.Assembly == assembly && u.Namespace is not null && RoomOf(u, service) != "Domain")
                    .Select(u => $"{t.Name} uses {u.FullName}")
            )
        );
    }

    [Fact]
    public void The_bus_library_is_known_to_the_bus_only()
    {
        var others = Services
            .Append(Assembly.Load(Shared))
            .SelectMany(Types)
            .Where(t => !t.Namespace!.StartsWith(Shared + ".Bus", StringComparison.Ordinal));

        None(others.SelectMany(t => Uses(t, ["MassTransit"])));
    }

    [Fact]
    public void What_waits_to_be_published_is_changed_through_the_outbox_only()
    {
        var changes = Directory
            .EnumerateFiles(Path.Combine(SystemProcess.Root, "services"), "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "SqliteOutbox.cs" && !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => OutboxChange.Matches(File.ReadAllText(f)).Select(m => (File: Path.GetFileName(f), Call: m.Groups[1].Value)))
            .ToList();

        Assert.NotEmpty(changes);
        // What else changed it, the one who publishes what was just committed would not know.
        None(changes.Where(c => c.Call != "SqliteOutbox.Rewrite").Select(c => $"{c.File} changes the outbox by {c.Call}"));
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

        None(others.SelectMany(t => Uses(t, Storage)));
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

    private static void None(IEnumerable<string> uses)
    {
        var found = uses.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static bool IsEdge(Type type) =>
        RoomOf(type, type.Assembly.GetName().Name!) is var room && room == ""
            ? EdgesOfTheService.Any(e => type.Name.EndsWith(e, StringComparison.Ordinal))
            : Edges.Contains(room);

    private static bool IsStorage(Type type) =>
        type.Namespace!.StartsWith(Shared + ".Bus", StringComparison.Ordinal) || RoomOf(type, type.Assembly.GetName().Name!) == "Storage";

    /// <summary>The folder of a service that a type is in; empty for what is in none: the module, its use cases, its log.</summary>
    private static string RoomOf(Type type, string service) =>
        type.Namespace?.Length > service.Length ? type.Namespace[(service.Length + 1)..].Split('.')[0] : "";

    private static bool Reaches(
        string from,
        string to,
        ILookup<string, (string From, string To, string Types)> uses,
        HashSet<string> seen
    ) => from == to || (seen.Add(from) && uses[from].Any(u => Reaches(u.To, to, uses, seen)));

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
