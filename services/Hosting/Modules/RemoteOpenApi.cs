using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting.Modules;

/// <summary>
/// Completes the OpenAPI document of a process that forwards: what the services behind it say of their routes is taken in as it is. A
/// service that is away is left out, and there again at the next question.
/// </summary>
internal sealed class RemoteOpenApi(IHttpClientFactory clients, ModuleContext context, ILogger<RemoteOpenApi> log)
{
    /// <summary>The name of the clients that ask.</summary>
    public const string Client = "openapi";

    private const string Document = "/openapi/v1.json";

    /// <summary>Answers the document with the others taken in.</summary>
    public async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        if (
            !http.Request.Path.Equals(Document, StringComparison.OrdinalIgnoreCase)
            || context.HostedModules.Count == context.AllModules.Count
            || !context.Hosts(ServiceNames.Gateway)
        )
        {
            await next(http);
            return;
        }

        var body = http.Response.Body;
        using var own = new MemoryStream();
        http.Response.Body = own;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        own.Position = 0;
        var merged = JsonNode.Parse(own)!.AsObject();
        foreach (
            var document in await Task.WhenAll(
                context.AllModules.Where(m => !context.Hosts(m.Name)).Select(m => ReadAsync(m.Name, http.RequestAborted))
            )
        )
            TakeIn(merged, document);
        Sort(merged);
        http.Response.ContentLength = null;
        await http.Response.WriteAsync(merged.ToJsonString(), http.RequestAborted);
    }

    private static void TakeIn(JsonObject merged, JsonObject? other)
    {
        if (other is null)
            return;
        // Two services may answer methods of one path.
        foreach (var (path, operations) in MembersOf(other, "paths"))
            Copy(operations as JsonObject, Member(Member(merged, "paths"), path));
        foreach (var (kind, parts) in MembersOf(other, "components"))
            Copy(parts as JsonObject, Member(Member(merged, "components"), kind));
        var tags = merged["tags"] as JsonArray ?? [];
        merged["tags"] = tags;
        foreach (var tag in other["tags"] as JsonArray ?? [])
        {
            if (!tags.Any(t => Name(t) == Name(tag)))
                tags.Add(tag?.DeepClone());
        }
    }

    // The same order as if all of it were in one process; there the framework sorts the schemas, whatever the case of their letters.
    private static void Sort(JsonObject merged)
    {
        Sort(merged, "paths");
        foreach (var (kind, _) in MembersOf(merged, "components"))
            Sort(Member(merged, "components"), kind);
        if (merged["tags"] is JsonArray tags)
            merged["tags"] = new JsonArray([.. tags.Select(t => t?.DeepClone()).OrderBy(Name, StringComparer.Ordinal)]);
    }

    private static void Sort(JsonObject parent, string name) =>
        parent[name] = new JsonObject(
            MembersOf(parent, name)
                .OrderBy(m => m.Key, StringComparer.OrdinalIgnoreCase)
                .Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))
        );

    private static List<KeyValuePair<string, JsonNode?>> MembersOf(JsonObject parent, string name) => [.. parent[name] as JsonObject ?? []];

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject member)
            parent[name] = member = [];
        return member;
    }

    private static string? Name(JsonNode? tag) => (string?)tag?["name"];

    private static void Copy(JsonObject? from, JsonObject into)
    {
        foreach (var (key, value) in from ?? [])
            into.TryAdd(key, value?.DeepClone());
    }

    private async Task<JsonObject?> ReadAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            var text = await clients.CreateClient(Client).GetStringAsync(new Uri(context.AddressOf(service), Document), cancellationToken);
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            HostingLog.DocumentMissing(log, service, e.GetType().Name);
            return null;
        }
    }
}
