using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting.Modules;

/// <summary>
/// Completes the OpenAPI document of a process that forwards: what the services behind it say of their routes is taken in as it is. A
/// service
/// that is away is left out, and there again at the next question.
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
        http.Response.ContentLength = null;
        await http.Response.WriteAsync(merged.ToJsonString(), http.RequestAborted);
    }

    private static void TakeIn(JsonObject merged, JsonObject? other)
    {
        Copy("paths", other?["paths"] as JsonObject, merged);
        if (other?["components"]?["schemas"] is not JsonObject schemas)
            return;
        if (merged["components"] is not JsonObject components)
            merged["components"] = components = [];
        Copy("schemas", schemas, components);
    }

    private static void Copy(string name, JsonObject? from, JsonObject into)
    {
        if (from is null)
            return;
        if (into[name] is not JsonObject target)
            into[name] = target = [];
        foreach (var (key, value) in from)
        {
            if (target[key] is JsonObject there && value is JsonObject more && name == "paths")
            {
                // Two services may answer methods of one path.
                foreach (var (method, operation) in more)
                    there.TryAdd(method, operation?.DeepClone());
            }
            else
            {
                target.TryAdd(key, value?.DeepClone());
            }
        }
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
