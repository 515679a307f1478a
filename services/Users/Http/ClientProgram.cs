namespace SmartQueue.Users.Http;

/// <summary>What somebody signs in with, as coarse as they would say it themselves.</summary>
/// <param name="Browser">Such as <c>Firefox</c>; <c>null</c> if it is not known.</param>
/// <param name="System">Such as <c>Windows</c>; <c>null</c> if it is not known.</param>
internal sealed record ClientProgram(string? Browser, string? System)
{
    // In this order: most browsers claim to be those that come later.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];

    /// <summary>What a <c>User-Agent</c> says. Nothing of its own words is kept: the sender chose them.</summary>
    public static ClientProgram Of(string? userAgent) => new(Find(Browsers, userAgent), Find(Systems, userAgent));

    private static string? Find((string Mark, string Name)[] known, string? userAgent) =>
        userAgent is null ? null : known.FirstOrDefault(k => userAgent.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
