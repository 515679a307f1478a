using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartQueue.Gateway.Tests;

/// <summary>The OpenAPI document of a running system.</summary>
internal sealed class InterfaceDocument
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private InterfaceDocument(JsonObject root) => Root = root;

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

    /// <summary>Asks for it.</summary>
    public static async Task<InterfaceDocument> OfAsync(WholeSystem system) =>
        new(
            JsonNode
                .Parse(
                    await system
                        .Process.Guest()
                        .GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken)
                )!
                .AsObject()
        );

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
