using Microsoft.OpenApi;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>Gives a schema that was made on demand its place among the document's.</summary>
internal static class ComponentSchemas
{
    // How the framework marks what belongs there.
    private const string IdKey = "x-schema-id";

    /// <summary>The schema with every named one, itself too, as a reference to the document's.</summary>
    public static IOpenApiSchema Place(IOpenApiSchema schema, OpenApiDocument document)
    {
        if (schema is not OpenApiSchema whole)
            return schema;
        if (whole.Items is { } items)
            whole.Items = Place(items, document);
        foreach (var (name, property) in whole.Properties?.ToList() ?? [])
            whole.Properties![name] = Place(property, document);
        PlaceAll(whole.AnyOf, document);
        PlaceAll(whole.OneOf, document);
        if (whole.Metadata is null || !whole.Metadata.TryGetValue(IdKey, out var given) || given is not string { Length: > 0 } id)
            return whole;
        document.AddComponent(id, whole);
        return new OpenApiSchemaReference(id, document);
    }

    private static void PlaceAll(IList<IOpenApiSchema>? schemas, OpenApiDocument document)
    {
        for (var i = 0; i < (schemas?.Count ?? 0); i++)
            schemas![i] = Place(schemas[i], document);
    }
}
