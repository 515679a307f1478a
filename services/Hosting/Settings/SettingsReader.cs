using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Settings;

/// <summary>
/// Reads settings by the names people set them under (environment, or <c>--NAME value</c>). A wrong value throws a
/// <see cref="StartupException"/> that names the setting, so that it is found at start and not at first use.
/// </summary>
public sealed partial class SettingsReader(IConfiguration configuration)
{
    private const long SecondsADay = 24 * 60 * 60;

    // Ten years: far beyond any use, and far from the end of what a clock can add.
    private const long LongestDays = 3653;

    /// <summary>The text, or <c>null</c> where it is absent or blank. It may stand in a file that <c>NAME_FILE</c> names, as secrets
    /// do.</summary>
    /// <exception cref="StartupException">The file cannot be read, or the setting is there both ways.</exception>
    public string? Text(string name)
    {
        var value = Trimmed(configuration[name]);
        if (Trimmed(configuration[name + "_FILE"]) is not { } path)
            return value;
        if (value is not null)
            throw new StartupException($"{name} and {name}_FILE are both set: keep one of them.");
        try
        {
            return Trimmed(File.ReadAllText(path)) ?? throw new StartupException($"{name}_FILE names the file {path}, which is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{name}_FILE names the file {path}, which cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Number(string name, int fallback, int min, int max) =>
        Text(name) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw Wrong(name, text, $"a whole number from {min} to {max}");

    /// <summary>A TCP port, 1–65535.</summary>
    public int Port(string name, int fallback) => Number(name, fallback, 1, 65535);

    /// <summary>A switch: <c>true</c> or <c>false</c> in any case of letters.</summary>
    public bool Flag(string name, bool fallback) =>
        Text(name) is not { } text ? fallback
        : bool.TryParse(text, out var value) ? value
        : throw Wrong(name, text, "true or false");

    /// <summary>A positive length of time such as <c>90s</c>, <c>15m</c>, <c>12h</c> or <c>7d</c>.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback)
    {
        if (Text(name) is not { } text)
            return fallback;
        var match = DurationPattern().Match(text);
        if (
            !match.Success
            || !int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var count)
            || count == 0
            || count > LongestDays * SecondsADay / SecondsOf(match.Groups[2].ValueSpan)
        )
            throw Wrong(name, text, "a length of time such as 90s, 15m, 12h or 7d");
        return TimeSpan.FromSeconds(count * SecondsOf(match.Groups[2].ValueSpan));
    }

    /// <summary>How long something is kept: a length of time of at least <paramref name="least"/>, which is whole days, or <c>off</c>, which
    /// gives <c>null</c>, for ever.</summary>
    public TimeSpan? Retention(string name, TimeSpan fallback, TimeSpan least) =>
        Text(name) is not { } text ? fallback
        : text.Equals("off", StringComparison.OrdinalIgnoreCase) ? null
        : Duration(name, fallback) is var period && period >= least ? period
        : throw Wrong(name, text, string.Create(CultureInfo.InvariantCulture, $"off or a length of time of at least {least.TotalDays}d"));

    /// <summary>A length of time as <see cref="Duration"/> reads it; <c>null</c>, set as <c>0</c> or <c>off</c>, for never.</summary>
    public TimeSpan? DurationOrOff(string name, TimeSpan fallback) =>
        Text(name)?.ToUpperInvariant() is "0" or "OFF" ? null : Duration(name, fallback);

    /// <summary><c>CONTACT_RETENTION</c>, the same in each service that has contact data: how long that of guests is kept after their visit;
    /// <c>null</c> for ever.</summary>
    public TimeSpan? ContactRetention() => Retention("CONTACT_RETENTION", TimeSpan.FromDays(30), TimeSpan.FromDays(1));

    /// <summary>An IANA time zone.</summary>
    public string TimeZone(string name, string fallback) =>
        Text(name) is not { } text ? fallback
        : ServiceCalendar.IsTimeZone(text) ? text
        : throw Wrong(name, text, "an IANA time zone such as Europe/Madrid");

    /// <summary>An absolute address with one of <paramref name="schemes"/>; <c>null</c> where it is absent.</summary>
    public Uri? Address(string name, params ReadOnlySpan<string> schemes)
    {
        if (Text(name) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme) && address.Host.Length > 0)
            return address;
        // Addresses may hold a password: say what is expected, not what was found.
        throw new StartupException(
            $"{name} must be an address that begins with {string.Join(" or ", schemes.ToArray().Select(s => s + "://"))}."
        );
    }

    /// <summary>Networks in CIDR form, such as <c>10.0.0.0/8</c>, with commas between; none where it is absent. A bare address stands for
    /// itself.</summary>
    public IReadOnlyList<IPNetwork> Networks(string name)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            networks.Add(
                IPNetwork.TryParse(part, out var network) ? network
                : IPAddress.TryParse(part, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : throw new StartupException($"{name} must be networks such as 10.0.0.0/8 with commas between, but has '{part}'.")
            );
        }

        return networks;
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static long SecondsOf(ReadOnlySpan<char> unit) =>
        unit[0] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            _ => SecondsADay,
        };

    private static StartupException Wrong(string name, string value, string expected) =>
        new($"{name} must be {expected}, but is '{value}'.");

    [GeneratedRegex("^([0-9]{1,9})(s|m|h|d)$", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}
