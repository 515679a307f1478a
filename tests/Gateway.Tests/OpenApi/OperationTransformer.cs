using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>Completes each operation of the interface document from what its endpoint carries.</summary>
internal sealed class OperationTransformer(XmlDocumentation documentation) : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata.ToList();
        var traits = metadata.OfType<EndpointTrait>().ToHashSet();
        var handler = metadata.OfType<MethodInfo>().Single();
        var asksWho = handler.GetParameters().Any(p => p.ParameterType == typeof(Caller));

        var does = operation.Description ?? documentation.Of(handler);
        operation.Description = string.Join("\n\n", new[] { does, SecuritySchemes.InWords(metadata, asksWho) }.OfType<string>());
        operation.Security = SecuritySchemes.Of(metadata, asksWho, document);
        foreach (var parameter in operation.Parameters ?? [])
            parameter.Description ??= documentation.OfParameter(handler, parameter.Name!)
                ?? metadata.OfType<ParameterNote>().LastOrDefault(n => n.Name == parameter.Name)?.Description;
        AddParameters(operation, metadata, traits);
        await ShowAllAnswersAsync(operation, metadata, context, cancellationToken);
        if (traits.Contains(EndpointTrait.GivesEntityTag))
            AddEntityTag(operation);
        foreach (var status in RefusalsOf(operation, context.Description, metadata, traits))
            ErrorAnswers.Add(operation, status, document);
        var answers = operation.Responses!.OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
        operation.Responses!.Clear();
        foreach (var (status, answer) in answers)
            operation.Responses.Add(status, answer);
    }

    private static void AddParameters(OpenApiOperation operation, IReadOnlyList<object> metadata, HashSet<EndpointTrait> traits)
    {
        var parameters = operation.Parameters ??= [];
        foreach (var query in metadata.OfType<QueryParameter>())
        {
            parameters.Add(
                new OpenApiParameter
                {
                    Name = query.Name,
                    In = ParameterLocation.Query,
                    Description = query.Description,
                    Style = query.MaxItems is null ? null : ParameterStyle.Form,
                    Explode = query.MaxItems is null,
                    Schema = SchemaOf(query),
                }
            );
        }

        if (traits.Contains(EndpointTrait.TakesIdempotencyKey))
        {
            parameters.Add(
                Header(
                    "Idempotency-Key",
                    "The caller's name for this attempt: a repeat with the same key and body gets the first answer again and changes nothing. "
                        + "Kept for 24 hours at least. Without an account, at least 16 characters that nobody guesses.",
                    maxLength: 128
                )
            );
        }

        if (traits.Contains(EndpointTrait.TakesIfMatch))
            parameters.Add(
                Header("If-Match", "The `ETag` of what the change was decided on. If it has changed since, nothing is changed.")
            );
    }

    private static OpenApiSchema SchemaOf(QueryParameter query)
    {
        if (query.MaxItems is { } most)
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MaxItems = most,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        return query.Range is { } range
            ? new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = range.Min.ToString(CultureInfo.InvariantCulture),
                Maximum = range.Max.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(range.Default),
            }
            : new OpenApiSchema { Type = JsonSchemaType.String };
    }

    private static OpenApiParameter Header(string name, string description, int? maxLength = null) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = maxLength },
        };

    // The framework keeps the last of several shapes that an answer of one status may have.
    private static async Task ShowAllAnswersAsync(
        OpenApiOperation operation,
        IReadOnlyList<object> metadata,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var answers in metadata
                .OfType<IProducesResponseTypeMetadata>()
                // A list of objects says nothing: its endpoint says what they are.
                .Where(a => a.StatusCode < 400 && a.Type is not null && a.Type != typeof(void) && a.Type != typeof(IReadOnlyList<object>))
                .GroupBy(a => a.StatusCode)
        )
        {
            var content = new Dictionary<string, OpenApiMediaType>();
            foreach (var type in answers.SelectMany(a => a.ContentTypes.Select(c => (Name: c, a.Type))).Distinct().GroupBy(t => t.Name))
            {
                var shapes = new List<IOpenApiSchema>();
                foreach (var (_, shape) in type)
                    shapes.Add(
                        ComponentSchemas.Place(await context.GetOrCreateSchemaAsync(shape!, null, cancellationToken), context.Document!)
                    );
                content[type.Key] = new OpenApiMediaType { Schema = shapes is [var only] ? only : new OpenApiSchema { AnyOf = shapes } };
            }

            if (
                content.Count > 0
                && operation.Responses?.GetValueOrDefault(answers.Key.ToString(CultureInfo.InvariantCulture)) is OpenApiResponse response
            )
                response.Content = content;
        }
    }

    private static void AddEntityTag(OpenApiOperation operation)
    {
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status is "200" or "201" && response is OpenApiResponse answer)
            {
                (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())["ETag"] = new OpenApiHeader
                {
                    Description = "The version, for `If-Match`.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
            }
        }
    }

    // What follows from the parts of an operation; what only its rules know, its endpoint says by ProducesProblem.
    private static SortedSet<int> RefusalsOf(
        OpenApiOperation operation,
        ApiDescription description,
        IReadOnlyList<object> metadata,
        HashSet<EndpointTrait> traits
    )
    {
        var hasBody = operation.RequestBody is not null;
        var statuses = new SortedSet<int>(metadata.OfType<IProducesResponseTypeMetadata>().Select(a => a.StatusCode).Where(s => s >= 400))
        {
            429,
            503,
        };
        if (
            hasBody
            || operation.Parameters!.Any(p => p.In == ParameterLocation.Query)
            || traits.Contains(EndpointTrait.TakesIdempotencyKey)
        )
            statuses.Add(400);
        if (SecuritySchemes.NeedsSignIn(metadata))
            statuses.UnionWith([401, 403]);
        if (description.ParameterDescriptions.Any(p => p.Source.Id == "Path"))
            statuses.Add(404);
        if (traits.Contains(EndpointTrait.TakesIdempotencyKey))
            statuses.Add(409);
        if (traits.Contains(EndpointTrait.TakesIfMatch))
            statuses.Add(412);
        if (hasBody)
            statuses.UnionWith([413, 415]);
        return statuses;
    }
}
