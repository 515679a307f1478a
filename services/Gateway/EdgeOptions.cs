using SmartQueue.Hosting.Settings;

namespace SmartQueue.Gateway;

/// <summary>Settings of the edge.</summary>
/// <param name="Origins">The origins of other sites' pages that may call; exact, or <c>*</c> alone.</param>
/// <param name="PerAccount">Requests per second of an account or tracking token; 0 is no limit.</param>
/// <param name="PerAddress">Requests per second of an address without either; 0 is no limit. A hall of people may share one.</param>
internal sealed record EdgeOptions(IReadOnlyList<string> Origins, int PerAccount, int PerAddress)
{
    public static EdgeOptions From(SettingsReader settings)
    {
        var origins = settings.Text("CORS_ORIGINS")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var origin in origins)
        {
            if (origin == "*" && origins.Length == 1) continue;
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.GetLeftPart(UriPartial.Authority) != origin)
                throw new StartupException($"CORS_ORIGINS must be origins such as https://example.org with commas between, or * alone, but has '{origin}'.");
        }

        return new EdgeOptions(origins, settings.Number("RATE_LIMIT_PER_ACCOUNT", 50, 0, 1_000_000), settings.Number("RATE_LIMIT_PER_ADDRESS", 500, 0, 1_000_000));
    }
}
