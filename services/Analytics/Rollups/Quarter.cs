namespace SmartQueue.Analytics.Rollups;

/// <summary>Quarters of an hour of UTC, numbered from 1970 on. Every zone's hours begin with one: offsets are whole quarters since
/// 1972.</summary>
internal static class Quarter
{
    private const long Milliseconds = 15 * 60 * 1000;

    /// <summary>The quarter an instant lies in.</summary>
    public static long Of(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() / Milliseconds;

    /// <summary>When a quarter begins.</summary>
    public static DateTimeOffset Start(long quarter) => DateTimeOffset.FromUnixTimeMilliseconds(quarter * Milliseconds);
}
