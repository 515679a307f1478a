using Microsoft.Extensions.DependencyInjection;

namespace SmartQueue.Hosting.OpenApi;

/// <summary>The interface document, <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiSetup
{
    /// <summary>Adds it, made of what the endpoints and wire types carry.</summary>
    public static void AddInterfaceDocument(this IServiceCollection services)
    {
        var documentation = new XmlDocumentation();
        var schemas = new SchemaTransformer();
        services.AddOpenApi("v1", o =>
            o.AddSchemaTransformer(schemas)
                .AddOperationTransformer(new OperationTransformer(documentation))
                .AddDocumentTransformer(new DocumentTransformer(documentation, schemas))
        );
    }
}
