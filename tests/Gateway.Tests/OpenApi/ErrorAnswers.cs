using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>The refusals in the interface document: one answer a status, all of one shape.</summary>
internal static class ErrorAnswers
{
    private const string Shape = "ProblemDetails";

    /// <summary>The answers by status, with what each means.</summary>
    private static readonly IReadOnlyDictionary<int, string> Meanings = new Dictionary<int, string>
    {
        [400] = "A value is missing, malformed or not allowed; `errors` tells which, field by field.",
        [401] = "Nobody is signed in, or what proves it is wrong or no longer holds.",
        [403] = "Who asks is known and may not do this.",
        [404] = "There is no such thing, or it is not for who asks.",
        [409] = "A rule of the line forbids it now, or the `Idempotency-Key` was used for another request. Nothing was changed.",
        [412] = "It has changed since the version in `If-Match`. Nothing was changed.",
        [413] = "The request body is larger than 64 KB.",
        [415] = "The request body is not `application/json`.",
        [429] = "Too many requests of one account or network.",
        [503] = "A part of the system is away. What changes something may be repeated with the same `Idempotency-Key`.",
    };

    /// <summary>Whether a status is one of them.</summary>
    public static bool Has(int status) => Meanings.ContainsKey(status);

    /// <summary>Has an operation answer with a refusal.</summary>
    public static void Add(OpenApiOperation operation, int status, OpenApiDocument document) =>
        (operation.Responses ??= [])[Key(status)] = new OpenApiResponseReference(NameOf(status), document);

    /// <summary>Puts the answers and their shape into the document.</summary>
    public static void Define(OpenApiDocument document)
    {
        var components = document.Components ??= new OpenApiComponents();
        (components.Schemas ??= new Dictionary<string, IOpenApiSchema>())[Shape] = Problem();
        components.Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var (status, meaning) in Meanings)
        {
            components.Responses[NameOf(status)] = new OpenApiResponse
            {
                Description = $"{meaning} Codes: {Codes(status)}.",
                Headers = status is 429 or 503 ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = RetryAfter() } : null,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Shape, document) },
                },
            };
        }
    }

    private static OpenApiHeader RetryAfter() =>
        new()
        {
            Description = "After how many seconds trying again makes sense.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
        };

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(int status) => ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal);

    private static string Codes(int status) =>
        string.Join(
            ", ",
            typeof(ErrorCodes)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => (string)f.GetRawConstantValue()!)
                .Where(c => ErrorCodes.StatusOf(c) == status)
                .Order(StringComparer.Ordinal)
                .Select(c => $"`{c}`")
        );

    private static OpenApiSchema Problem() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = "Why a request was refused (RFC 9457), with the fields that older clients read.",
            Required = new HashSet<string> { "type", "title", "status", "detail", "traceId", "success", "error", "code" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("`urn:smartqueue:error:` and the code."),
                ["title"] = Text("The words that belong to the status."),
                ["status"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int32",
                    Description = "The HTTP status.",
                },
                ["detail"] = Text("What is wrong and the way out, for a person to read."),
                ["traceId"] = Text("What to quote when asking for help; the log has it too."),
                ["success"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Always `false`." },
                ["error"] = Text("The same as `detail`."),
                ["code"] = Text("The stable name of the reason, in capitals. There may be more one day."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "The rules that the request breaks, by field; there with `VALIDATION_FAILED`.",
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
        };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
