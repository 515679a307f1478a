using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

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
    private const string Manifest = "manifest.webmanifest";
    private const string Locales = "locales/";

    // Stands in the document for what it is told of this installation.
    private const string About = "<!--about-->";

    // Letters as they are, but nothing that could end the element it stands in.
    private static readonly JsonSerializerOptions InDocument = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    // The best first; each was compressed when the pages were built.
    private static readonly (string Name, string Suffix)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    private static readonly FrozenDictionary<string, byte[]> BuiltIn = ReadFiles();

    /// <summary>Maps the pages and what they load.</summary>
    /// <exception cref="StartupException">The operator's texts cannot be read.</exception>
    public static void MapPages(this IEndpointRouteBuilder routes, ModuleContext context)
    {
        var files = BuiltIn.ContainsKey(Document) ? Complete(context) : BuiltIn;
        Map(routes, "/", Page);
        foreach (
            var path in (string[])
                [
                    // Without an id where a link was cut short.
                    "/q/{queueId?}",
                    "/t/{ticketId?}",
                    "/book/{branchId?}",
                    "/a/{appointmentId?}",
                    "/kiosk",
                    "/display",
                    "/counter",
                    "/manage/{**rest}",
                    "/setup",
                    "/account",
                    "/reset",
                    "/accept",
                    "/verify",
                ]
        )
            Map(routes, path, Page);
        foreach (
            var name in files.Keys.Where(n =>
                n is not (Document or WithoutPages) && !Encodings.Any(e => n.EndsWith(e.Suffix, StringComparison.Ordinal))
            )
        )
            Map(routes, "/" + name, http => SendAsync(http, files, name));

        if (files.ContainsKey(Manifest))
            Map(routes, "/t/{ticketId}/" + Manifest, TicketAppAsync);

        // Put on the home screen of an iPhone it opens the ticket, by the token that what the browser keeps is not there with.
        Task TicketAppAsync(HttpContext http)
        {
            var manifest = JsonNode.Parse(files[Manifest])!;
            manifest["start_url"] =
                $"/t/{Uri.EscapeDataString((string)http.GetRouteValue("ticketId")!)}#{Uri.EscapeDataString($"{http.Request.Query["token"]}")}";
            http.Response.Headers.CacheControl = "no-store";
            return http.Response.WriteAsJsonAsync(manifest, (JsonSerializerOptions?)null, ContentType(Manifest), http.RequestAborted);
        }

        Task Page(HttpContext http)
        {
            var areBuilt = files.ContainsKey(Document);
            if (!areBuilt && http.Request.Path != "/")
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            return SendAsync(http, files, areBuilt ? Document : WithoutPages);
        }
    }

    /// <summary>With the texts that the operator added, and a document that knows of them, and of a demo.</summary>
    private static FrozenDictionary<string, byte[]> Complete(ModuleContext context)
    {
        var catalogues = new Catalogues(
            BuiltIn
                .Where(f => f.Key.StartsWith(Locales, StringComparison.Ordinal) && f.Key.EndsWith(".json", StringComparison.Ordinal))
                .ToDictionary(f => f.Key[Locales.Length..], f => f.Value),
            context.TextsFolder
        );
        var about = JsonSerializer.Serialize(
            new { catalogues.Languages, PublicUrl = context.PublicUrlIsSet ? context.PublicUrl : null },
            InDocument
        );
        var files = BuiltIn.ToDictionary();
        var document = Encoding.UTF8.GetString(BuiltIn[Document]).Replace(About, about, StringComparison.Ordinal);
        // The pages look for the mark before they show anything, and need no answer for it.
        if (context.IsDemo)
            document = document.Replace("<html ", "<html data-demo ", StringComparison.Ordinal);
        Put(Document, Encoding.UTF8.GetBytes(document));
        foreach (var (name, texts) in catalogues.Changed)
            Put(Locales + name, texts);
        return files.ToFrozenDictionary();

        void Put(string name, byte[] content)
        {
            files[name] = content;
            files[name + ".br"] = Compressed(content, to => new BrotliStream(to, CompressionLevel.SmallestSize));
            files[name + ".gz"] = Compressed(content, to => new GZipStream(to, CompressionLevel.SmallestSize));
        }

        static byte[] Compressed(byte[] content, Func<Stream, Stream> into)
        {
            using var written = new MemoryStream();
            using (var stream = into(written))
                stream.Write(content);
            return written.ToArray();
        }
    }

    private static void Map(IEndpointRouteBuilder routes, string path, RequestDelegate handler) =>
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], handler).ExcludeFromDescription().WithMetadata(new PublicPage());

    private static async Task SendAsync(HttpContext http, FrozenDictionary<string, byte[]> files, string name)
    {
        var headers = http.Response.Headers;
        http.Response.ContentType = ContentType(name);
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        // The names of assets change with their content, and what the document asks for of the texts with theirs.
        var lasts =
            name.StartsWith("assets/", StringComparison.Ordinal)
            || (name.StartsWith(Locales, StringComparison.Ordinal) && http.Request.Query.ContainsKey("v"));
        headers.CacheControl = lasts ? "public, max-age=31536000, immutable" : "no-cache";
        var accepted = http.Request.GetTypedHeaders().AcceptEncoding;
        var (encoding, suffix) = Encodings.FirstOrDefault(e =>
            files.ContainsKey(name + e.Suffix) && accepted.Any(a => a.Value == e.Name && a.Quality is not 0)
        );
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        var body = files[name + suffix];
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
            ".json" => "application/json",
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
