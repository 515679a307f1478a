using System.Globalization;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Hosting.Http;

/// <summary>Weak entity tags made of versions, and the <c>If-Match</c> that refers to them (RFC 9110 §13.1.1, compared weakly as the
/// contract says).</summary>
public static class EntityTags
{
    /// <summary>Sets the response's <c>ETag</c>.</summary>
    public static void SetEntityTag(this HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");

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
