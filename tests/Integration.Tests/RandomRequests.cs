using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartQueue.Integration.Tests;

/// <summary>Makes requests of the OpenAPI document: some fit it, most break it somewhere.</summary>
internal sealed class RandomRequests(JsonElement document, Random random, IReadOnlyList<string> ids)
{
    private static readonly string[] Texts =
    [
        "",
        " ",
        "a",
        "A-1",
        "waiting",
        "called",
        "served",
        "cancelled",
        "true",
        "1",
        "-1",
        "1e999",
        "null",
        "2026-03-02T12:00:00Z",
        "2026-02-30",
        "99999-01-01T00:00:00Z",
        "Europe/Madrid",
        "ada@example.com",
        "+34 600 000 000",
        "' OR 1=1 --",
        "{\"$ne\":null}",
        "$where",
        "../../etc/passwd",
        "%00",
        "\u0000",
        "line\r\nbreak",
        "\u202Eright",
        "é́́",
        "😀😀😀",
        "=1+1",
        "<script>alert(1)</script>",
        new('x', 101),
        new('x', 5000),
        "ÿ",
        "en",
        "day",
        "hour",
        "csv",
        "email",
        "pending",
    ];

    private static readonly long[] Numbers = [0, 1, 2, 3, 60, 200, 201, -1, int.MaxValue, int.MinValue, 1L << 40, long.MinValue];

    private readonly List<(string Path, string Method, JsonElement Operation)> operations =
    [
        .. document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p =>
                p.Value.EnumerateObject()
                    .Where(o => o.Name is "get" or "put" or "post" or "delete" or "patch")
                    .Select(o => (p.Name, o.Name, o.Value))
            ),
    ];

    public int Operations => operations.Count;

    /// <summary>One request, as a way to send it more than once.</summary>
    public Func<HttpRequestMessage> Next(out string operation)
    {
        var (path, method, details) = operations[random.Next(operations.Count)];
        operation = method + " " + path;
        var query = new List<string>();
        foreach (var parameter in details.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().ToList() : [])
        {
            var name = parameter.GetProperty("name").GetString()!;
            if (parameter.GetProperty("in").GetString() == "path")
                path = path.Replace("{" + name + "}", Escape(Chance(0.7) ? Id() : Text()), StringComparison.Ordinal);
            else if (Chance(0.5))
                query.Add(name + "=" + Escape(Chance(0.4) ? Id() : Text()));
        }

        foreach (var common in (string[])["limit", "cursor", "ids", "token"])
        {
            if (Chance(0.1))
                query.Add(common + "=" + Escape(Chance(0.5) ? Id() : Text()));
        }

        var address = query.Count == 0 ? path : path + "?" + string.Join('&', query);
        byte[]? body = null;
        var type = "application/json";
        if (details.TryGetProperty("requestBody", out var requestBody))
        {
            var schema = requestBody.GetProperty("content").EnumerateObject().First().Value.TryGetProperty("schema", out var given)
                ? given
                : default;
            body = Encoding.UTF8.GetBytes(
                Chance(0.05) ? Text()
                : Chance(0.03) ? "{\"a\":"
                : (Value(schema, 0)?.ToJsonString() ?? "null")
            );
            if (Chance(0.03))
                type = "text/plain";
            if (Chance(0.02))
                body = [0xff, 0xfe, 0x00];
        }

        var headers = new List<(string, string)>();
        if (Chance(0.15))
            headers.Add(("If-Match", Chance(0.5) ? "W/\"1\"" : HeaderText()));
        if (Chance(0.15))
            headers.Add(("Idempotency-Key", HeaderText()));
        if (Chance(0.15))
            headers.Add(("X-Tracking-Token", HeaderText()));
        var verb = new HttpMethod(method.ToUpperInvariant());
        return () =>
        {
            var request = new HttpRequestMessage(verb, address);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            }

            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            return request;
        };
    }

    private JsonNode? Value(JsonElement schema, int depth)
    {
        if (Chance(0.08))
            return null;
        if (Chance(0.1) || depth > 4 || schema.ValueKind != JsonValueKind.Object)
            return Any();
        if (schema.TryGetProperty("$ref", out var reference))
            return Value(
                document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]),
                depth
            );
        if (schema.TryGetProperty("oneOf", out var several))
            return Value(several[random.Next(several.GetArrayLength())], depth);
        var types =
            !schema.TryGetProperty("type", out var type) ? []
            : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()).ToList()
            : [type.GetString()];
        return types.LastOrDefault(t => t != "null") switch
        {
            "object" => Object(schema, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(schema.GetProperty("items"), depth + 1))]),
            "integer" => JsonValue.Create(Numbers[random.Next(Numbers.Length)]),
            "number" => JsonValue.Create(random.NextDouble() * 100),
            "boolean" => JsonValue.Create(Chance(0.5)),
            "string" => JsonValue.Create(Chance(0.4) ? Id() : Text()),
            _ => Any(),
        };
    }

    private JsonObject Object(JsonElement schema, int depth)
    {
        var made = new JsonObject();
        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToList() : [])
        {
            if (Chance(0.55))
                made[property.Name] = Value(property.Value, depth + 1);
        }

        if (Chance(0.1))
            made["role"] = "admin";
        if (Chance(0.05))
            made["__proto__"] = Any();
        return made;
    }

    private JsonNode? Any() =>
        random.Next(6) switch
        {
            0 => JsonValue.Create(Text()),
            1 => JsonValue.Create(Numbers[random.Next(Numbers.Length)]),
            2 => JsonValue.Create(true),
            3 => new JsonArray(1, "a"),
            4 => new JsonObject { ["$gt"] = "" },
            _ => JsonValue.Create(1.5),
        };

    private bool Chance(double share) => random.NextDouble() < share;

    private string Id() => ids[random.Next(ids.Count)];

    private string Text() => Texts[random.Next(Texts.Length)];

    private string HeaderText() => new([.. Text().Where(c => c is > ' ' and < '\u007f')]);

    // A dot segment would be another address before it is sent, an empty one another route, and the server itself hangs up on a zero.
    private static string Escape(string text) =>
        text is "" or "." or ".." || text.Contains('\0', StringComparison.Ordinal)
            ? "x"
            : Uri.EscapeDataString(text.Length > 2000 ? text[..2000] : text);
}
