using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace SmartQueue.Hosting.OpenApi;

/// <summary>The interface document, <c>docs/openapi.json</c> as it was when this was built: of all services, whichever this process hosts.
/// That it is what the endpoints say of themselves is tried by the tests of the whole system.</summary>
internal static class InterfaceDocument
{
    // It is part of the assembly, and the compiler makes the assembly's id of all that is in it.
    private static readonly EntityTagHeaderValue Tag = new($"\"{typeof(InterfaceDocument).Module.ModuleVersionId:N}\"");

    /// <summary>Maps it.</summary>
    public static void MapInterfaceDocument(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", Answer).ExcludeFromDescription();

    // From the file of the assembly, piece by piece: nothing of it stays in memory.
    private static FileStreamHttpResult Answer() =>
        TypedResults.Stream(
            typeof(InterfaceDocument).Assembly.GetManifestResourceStream("openapi.json")!,
            "application/json; charset=utf-8",
            entityTag: Tag
        );
}
