using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace SmartQueue.Hosting.OpenApi;

/// <summary>The page on which people read the interface document. It is made at the first request: few processes are ever asked for it, and
/// the library would be loaded by each.</summary>
internal static class DocumentationPage
{
    private const string Address = "/docs";

    /// <summary>Maps it, with the script it brings.</summary>
    public static void MapDocumentationPage(this IEndpointRouteBuilder routes)
    {
        var page = new Lazy<RequestDelegate>(() => Make(routes.CreateApplicationBuilder()));
        routes.MapGet(Address + "/{**rest}", http => AnswerAsync(http, page.Value)).ExcludeFromDescription();
    }

    private static Task AnswerAsync(HttpContext http, RequestDelegate page)
    {
        // A request that has its endpoint would not be matched with those of the page.
        http.SetEndpoint(null);
        return page(http);
    }

    // Inlined into what runs at the start, it would load the library after all.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RequestDelegate Make(IApplicationBuilder app) =>
        app.UseRouting().UseEndpoints(routes => routes.MapScalarApiReference(Address, o => o.WithTitle("SmartQueue API"))).Build();
}
