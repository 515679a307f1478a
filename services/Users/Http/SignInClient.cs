using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Users.Http;

/// <summary>Who a request seems to come from.</summary>
/// <param name="Network">Their network.</param>
/// <param name="Program">Their program.</param>
/// <param name="Language">The language they like best: a BCP 47 tag, if they say.</param>
internal sealed record SignInClient(string Network, ClientProgram Program, string? Language)
{
    private const int MaxTag = 35;

    /// <summary>That of a request.</summary>
    public static SignInClient Of(HttpContext http) =>
        new(ClientNetwork.Of(http), ClientProgram.Of(http.Request.Headers.UserAgent), Best(http.Request.GetTypedHeaders().AcceptLanguage));

    private static string? Best(IList<Microsoft.Net.Http.Headers.StringWithQualityHeaderValue> accepted) =>
        accepted
            .Where(l => l.Quality is not 0)
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.ToString())
            .FirstOrDefault(IsTag);

    private static bool IsTag(string tag) => tag.Length <= MaxTag && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
