using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using SmartQueue.Gateway.Tests.OpenApi;

namespace SmartQueue.Gateway.Tests;

/// <summary>The OpenAPI document, as a running system answers it or as its endpoints say it.</summary>
internal sealed class InterfaceDocument
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private InterfaceDocument(string text) => Root = JsonNode.Parse(text)!.AsObject();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All of it.</summary>
    public JsonObject Root { get; }

    /// <summary>As it is kept.</summary>
    public string Text => Root.ToJsonString(Indented) + "\n";

    /// <summary>The operations by method and path, such as <c>GET /api/queues</c>.</summary>
    public IReadOnlyDictionary<string, JsonObject> Operations =>
        Root["paths"]!
            .AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Name: $"{o.Key.ToUpperInvariant()} {p.Key}", Operation: o.Value!.AsObject())))
            .ToDictionary(o => o.Name, o => o.Operation);

    /// <summary>The schemas by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Schemas =>
        Root["components"]!["schemas"]!.AsObject().ToDictionary(s => s.Key, s => s.Value!.AsObject());

    /// <summary>Asks for the one that is served.</summary>
    public static async Task<InterfaceDocument> OfAsync(WholeSystem system) =>
        new(await system.Process.Guest().GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Token));

    /// <summary>Makes it of what the endpoints of a system with these settings say of themselves.</summary>
    public static async Task<InterfaceDocument> MadeAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        await using var system = await WholeSystem.StartAsync(settings, services => services.AddInterfaceDocument());
        var provider = system.Process.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiSetup.Name);
        var document = await provider.GetOpenApiDocumentAsync(Token);
        return new(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, Token));
    }

    /// <summary>Every part of it that is an object, with where it stands.</summary>
    public IEnumerable<(string At, JsonObject Part)> Parts() => Parts("#", Root);

    /// <summary>The part a reference such as <c>#/components/schemas/QueueView</c> names; <c>null</c> if there is none.</summary>
    public JsonNode? Find(string reference) =>
        reference.Split('/').Skip(1).Aggregate<string, JsonNode?>(Root, (node, name) => (node as JsonObject)?[name]);

    /// <summary>Whether an operation has a parameter.</summary>
    public static bool Takes(JsonObject operation, string parameter) =>
        operation["parameters"] is JsonArray all && all.Any(p => (string?)p!["name"] == parameter);

    /// <summary>Whether a good answer of an operation has a header.</summary>
    public static bool Gives(JsonObject operation, string header) =>
        operation["responses"]!.AsObject().Any(r => r.Key.StartsWith('2') && r.Value!["headers"]?[header] is not null);

    private static IEnumerable<(string At, JsonObject Part)> Parts(string at, JsonNode? node) =>
        node switch
        {
            JsonObject part => [(at, part), .. part.SelectMany(m => Parts($"{at}/{m.Key}", m.Value))],
            JsonArray items => items.SelectMany((item, i) => Parts($"{at}/{i}", item)),
            _ => [],
        };
}
