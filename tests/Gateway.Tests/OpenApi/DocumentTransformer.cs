using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>Completes the interface document: what it is, what its parts share, and an order that does not depend on who runs
/// where.</summary>
internal sealed class DocumentTransformer(XmlDocumentation documentation, SchemaTransformer schemas) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "SmartQueue",
            Version = "1",
            Description =
                "Queues, tickets, people, figures and messages over REST. Bodies are JSON in camelCase, times RFC 3339 in UTC, and every duration is "
                + "a number of seconds. A list is `{items, nextCursor}`. A member of a body that is not known is refused; answers may have more "
                + "members one day than stand here.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // Where it was read. The host the request named would be anybody's.
        document.Servers = [new OpenApiServer { Url = "/" }];
        ErrorAnswers.Define(document);
        SecuritySchemes.Define(document);
        document.Tags = context
            .DescriptionGroups.SelectMany(g => g.Items)
            .SelectMany(d => d.ActionDescriptor.EndpointMetadata.OfType<TagDescription>())
            .Distinct()
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => new OpenApiTag { Name = t.Name, Description = t.Description })
            .ToHashSet();
        Describe(document);
        LetMembersOfBodiesBeAbsent(document);
        Sort(document);
        return Task.CompletedTask;
    }

    private void Describe(OpenApiDocument document)
    {
        foreach (var (id, schema) in document.Components!.Schemas!)
        {
            if (schemas.TypeOf(id) is not { } type || schema is not OpenApiSchema whole)
                continue;
            whole.Description = documentation.Of(type) ?? whole.Description;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                if (
                    documentation.Of(property) is { } text
                    && whole.Properties?.TryGetValue(JsonNamingPolicy.CamelCase.ConvertName(property.Name), out var described) == true
                )
                    described.Description = text;
            }
        }
    }

    // The framework demands each parameter of a record, whereas absent is the same as null to the services.
    private static void LetMembersOfBodiesBeAbsent(OpenApiDocument document)
    {
        var seen = new HashSet<IOpenApiSchema>();
        foreach (
            var content in document
                .Paths.Values.SelectMany(p => p.Operations!.Values)
                .Select(o => o.RequestBody?.Content)
                .OfType<IDictionary<string, OpenApiMediaType>>()
                .SelectMany(c => c.Values)
        )
            Loosen(content.Schema);

        void Loosen(IOpenApiSchema? schema)
        {
            if (schema is OpenApiSchemaReference reference)
                schema = reference.Target;
            if (schema is not OpenApiSchema whole || !seen.Add(whole))
                return;
            foreach (var (name, property) in whole.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (MayBeNull(property))
                    whole.Required?.Remove(name);
                Loosen(property);
            }

            Loosen(whole.Items);
            foreach (var inner in whole.OneOf ?? [])
                Loosen(inner);
        }
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type is null ? schema.OneOf?.Any(MayBeNull) ?? true : schema.Type.Value.HasFlag(JsonSchemaType.Null);

    private static void Sort(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(p => p.Key, StringComparer.Ordinal))
            paths.Add(path, item);
        document.Paths = paths;
        // The framework sorts the schemas itself, and last.
        document.Components!.Responses = Sorted(document.Components.Responses!);
        document.Components.SecuritySchemes = Sorted(document.Components.SecuritySchemes!);
    }

    private static Dictionary<string, T> Sorted<T>(IDictionary<string, T> entries) =>
        entries.OrderBy(e => e.Key, StringComparer.Ordinal).ToDictionary();
}
