using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace SmartQueue.Hosting.Http;

/// <summary>Several ids asked for at once, <c>?ids=a,b,c</c>: each once, at most <see cref="Max"/>.</summary>
public sealed class IdList : IEndpointParameterMetadataProvider
{
    /// <summary>The most ids of one request: what fits into the longest address servers take.</summary>
    public const int Max = 150;

    private const int MaxLength = 64;

    private IdList(IReadOnlyList<string> values) => Values = values;

    /// <summary>The ids in the order they were given, each once.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Reads it from the query; <c>null</c> where there is none. Called by the framework.</summary>
    /// <exception cref="Errors.RefusedException"><c>VALIDATION_FAILED</c> for too many ids, or impossible ones.</exception>
    public static ValueTask<IdList?> BindAsync(HttpContext context)
    {
        if (!context.Request.Query.TryGetValue("ids", out var given))
            return ValueTask.FromResult<IdList?>(null);
        return ValueTask.FromResult<IdList?>(Of("ids", given.ToString()));
    }

    /// <summary>Reads it from a text, <c>a,b,c</c>.</summary>
    /// <param name="field">What the text is called in the request.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="Errors.RefusedException"><c>VALIDATION_FAILED</c> for too many ids, or impossible ones.</exception>
    public static IdList Of(string field, string text)
    {
        var ids = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var errors = new FieldErrors();
        if (ids.Count > Max)
            errors.Add(field, "must be at most 150");
        foreach (var id in ids)
            errors.Optional(field, id, MaxLength);
        errors.ThrowIfAny();
        return new IdList(ids);
    }

    /// <summary>Tells the interface document; called by the framework.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryParameter("ids", "Ids, with commas between them.") { MaxItems = Max });
}
