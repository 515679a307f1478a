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
        var ids = given
            .ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var errors = new FieldErrors();
        if (ids.Count > Max)
            errors.Add("ids", "must be at most 150");
        foreach (var id in ids)
            errors.Optional("ids", id, MaxLength);
        errors.ThrowIfAny();
        return ValueTask.FromResult<IdList?>(new IdList(ids));
    }

    /// <summary>Tells the interface document; called by the framework.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryParameter("ids", "Ids, with commas between them.") { MaxItems = Max });
}
