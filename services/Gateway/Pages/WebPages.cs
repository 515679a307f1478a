using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace SmartQueue.Gateway.Pages;

/// <summary>
/// The pages people use, as they were built into this assembly. Each address of a page gets the same document, which finds its content
/// by itself. Built without Node.js there are none, and a page says how to get them.
/// </summary>
internal static class WebPages
{
    private const string Prefix = "web/";
    private const string Document = "index.html";
    private const string WithoutPages = "without-pages.html";

    // The best first; each was compressed when the pages were built.
    private static readonly (string Name, string Suffix)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    private static readonly FrozenDictionary<string, byte[]> Files = ReadFiles();

    /// <summary>Whether the pages were built.</summary>
    public static bool AreBuilt => Files.ContainsKey(Document);

    /// <summary>Maps the pages and what they load.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="isDemo">Every page says that what it shows is made up.</param>
    public static void MapPages(this IEndpointRouteBuilder routes, bool isDemo)
    {
        RequestDelegate page = isDemo && AreBuilt ? MarkedPage() : Page;
        Map(routes, "/", page);
        foreach (
            var path in (string[])
                [
                    "/q/{queueId}",
                    "/t/{ticketId}",
                    "/kiosk",
                    "/display",
                    "/counter",
                    "/manage/{**rest}",
                    "/account",
                    "/reset",
                    "/accept",
                    "/verify",
                ]
        )
            Map(routes, path, page);
        foreach (
            var name in Files.Keys.Where(n =>
                n is not (Document or WithoutPages) && !Encodings.Any(e => n.EndsWith(e.Suffix, StringComparison.Ordinal))
            )
        )
            Map(routes, "/" + name, http => SendAsync(http, name));
    }

    private static void Map(IEndpointRouteBuilder routes, string path, RequestDelegate handler) =>
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], handler).ExcludeFromDescription().WithMetadata(new PublicPage());

    private static Task Page(HttpContext http)
    {
        if (!AreBuilt && http.Request.Path != "/")
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        return SendAsync(http, AreBuilt ? Document : WithoutPages);
    }

    // The pages look for the mark before they show anything, and need no answer for it.
    private static RequestDelegate MarkedPage()
    {
        var marked = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(Files[Document]).Replace("<html ", "<html data-demo ", StringComparison.Ordinal)
        );
        return http =>
        {
            http.Response.ContentType = ContentType(Document);
            http.Response.Headers.CacheControl = "no-cache";
            http.Response.ContentLength = marked.Length;
            return HttpMethods.IsHead(http.Request.Method)
                ? Task.CompletedTask
                : http.Response.Body.WriteAsync(marked, http.RequestAborted).AsTask();
        };
    }

    private static async Task SendAsync(HttpContext http, string name)
    {
        var headers = http.Response.Headers;
        http.Response.ContentType = ContentType(name);
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        // The names of assets change with their content.
        headers.CacheControl = name.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        var accepted = http.Request.GetTypedHeaders().AcceptEncoding;
        var (encoding, suffix) = Encodings.FirstOrDefault(e =>
            Files.ContainsKey(name + e.Suffix) && accepted.Any(a => a.Value == e.Name && a.Quality is not 0)
        );
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        var body = Files[name + suffix];
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static string ContentType(string name) =>
        Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".webmanifest" => "application/manifest+json",
            _ => "application/octet-stream",
        };

    private static FrozenDictionary<string, byte[]> ReadFiles()
    {
        var assembly = typeof(WebPages).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                n => n[Prefix.Length..].Replace('\\', '/'),
                n =>
                {
                    using var stream = assembly.GetManifestResourceStream(n)!;
                    var bytes = new byte[stream.Length];
                    stream.ReadExactly(bytes);
                    return bytes;
                }
            );
    }
}
