using Microsoft.Extensions.DependencyInjection;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>Makes the interface document, which is kept and served as <c>docs/openapi.json</c>.</summary>
internal static class OpenApiSetup
{
    /// <summary>The document's name, by which its provider is found.</summary>
    public const string Name = "v1";

    /// <summary>Adds what makes it of what the endpoints and wire types carry.</summary>
    public static void AddInterfaceDocument(this IServiceCollection services)
    {
        var documentation = new XmlDocumentation();
        var schemas = new SchemaTransformer();
        services.AddOpenApi(Name, o =>
            o.AddSchemaTransformer(schemas)
                .AddOperationTransformer(new OperationTransformer(documentation))
                .AddDocumentTransformer(new DocumentTransformer(documentation, schemas))
        );
    }
}
