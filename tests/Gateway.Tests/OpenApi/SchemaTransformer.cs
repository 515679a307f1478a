using System.Collections.Concurrent;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>Says of wire types what the framework cannot see.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    private readonly ConcurrentDictionary<string, Type> types = new();

    /// <summary>The type behind a schema of the document; <c>null</c> if it has none.</summary>
    public Type? TypeOf(string schemaId) => types.GetValueOrDefault(schemaId);

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        // Answers may grow, and the document does not tell the shapes of answers from those of requests.
        schema.AdditionalPropertiesAllowed = true;
        // They are written by converters, which tell nothing of what they write.
        if (plain.IsEnum || plain == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String | (plain == type ? default : JsonSchemaType.Null);
        if (OpenApiOptions.CreateDefaultSchemaReferenceId(context.JsonTypeInfo) is { } id)
            types[id] = plain;
        return Task.CompletedTask;
    }
}
