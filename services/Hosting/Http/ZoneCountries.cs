namespace SmartQueue.Hosting.Http;

/// <summary>Which country a time zone lies in, by the table that comes with the system's time zones (<c>zone.tab</c>, tz
/// database).</summary>
internal static class ZoneCountries
{
    private const string Table = "/usr/share/zoneinfo/zone.tab";

    /// <summary>The country, ISO 3166-1 alpha-2; <c>null</c> for zones of no country such as UTC, and where the system has no
    /// table.</summary>
    public static string? Find(string timeZone)
    {
        if (!File.Exists(Table))
            return null;
        foreach (var line in File.ReadLines(Table))
        {
            // Country, coordinates, zone, perhaps a remark; with tabs between.
            if (line.Split('\t') is [{ Length: 2 } country, _, var zone, ..] && zone == timeZone)
                return country;
        }

        return null;
    }
}
