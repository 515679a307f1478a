using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Hosting.Http;

/// <summary>Weak entity tags made of versions, and the <c>If-Match</c> that refers to them (RFC 9110 §13.1.1, compared weakly as the
/// contract says).</summary>
public static class EntityTags
{
    /// <summary>Sets the response's <c>ETag</c>.</summary>
    public static void SetEntityTag(this HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");

    /// <summary>Sets the response's <c>ETag</c> to one that is made of what the answer says, and tells whether that is what the client has
    /// already (<c>If-None-Match</c>, RFC 9110 §13.1.2): then 304 is the answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="tag">Letters and digits that are others when the answer is another.</param>
    public static bool HasAlready(this HttpContext http, string tag)
    {
        var current = new EntityTagHeaderValue($"\"{tag}\"", isWeak: true);
        http.Response.GetTypedHeaders().ETag = current;
        return http
            .Request.GetTypedHeaders()
            .IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(current, useStrongComparison: false));
    }

    /// <summary>The versions <c>If-Match</c> allows; <c>null</c> where any will do.</summary>
    public static IReadOnlyCollection<long>? ExpectedVersions(this HttpRequest request)
    {
        if (request.Headers.IfMatch.Count == 0)
            return null;
        var versions = new List<long>();
        foreach (var tag in request.GetTypedHeaders().IfMatch)
        {
            if (tag.Tag == "*")
                return null;
            if (
                long.TryParse(
                    tag.Tag.Subsegment(1, tag.Tag.Length - 2).AsSpan(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var version
                )
            )
                versions.Add(version);
        }

        return versions;
    }

    /// <summary>Refuses a change of another version than the caller has seen.</summary>
    /// <exception cref="RefusedException"><c>VERSION_CONFLICT</c>.</exception>
    public static void Require(this IReadOnlyCollection<long>? expected, long version)
    {
        if (expected is not null && !expected.Contains(version))
            throw new RefusedException(ErrorCodes.VersionConflict, "It has changed since you read it. Read it again, then decide.");
    }
}
