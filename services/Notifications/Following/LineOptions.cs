using System.Globalization;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications.Following;

/// <summary>When people in line are told how it goes on.</summary>
/// <param name="Positions"><c>NOTIFY_POSITIONS</c>, default <c>5,2</c>: at these positions, highest first; none is none.</param>
/// <param name="WaitChange"><c>NOTIFY_WAIT_CHANGE</c>, default 50: when the estimate differs by so many percent from the one told before; 0
/// is never.</param>
internal sealed record LineOptions(IReadOnlyList<int> Positions, int WaitChange)
{
    private const int HighestPosition = 100;

    /// <summary>Reads the settings; <c>none</c> for positions is an empty list.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static LineOptions From(SettingsReader settings) =>
        new(PositionsOf(settings.Text("NOTIFY_POSITIONS") ?? "5,2"), settings.Number("NOTIFY_WAIT_CHANGE", 50, 0, 1000));

    private static List<int> PositionsOf(string text)
    {
        if (text == "none")
            return [];
        var positions = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (
                !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                || position is < 1 or > HighestPosition
            )
                throw new StartupException(
                    $"NOTIFY_POSITIONS must be none, or positions from 1 to {HighestPosition} with commas between, such as 5,2."
                );
            positions.Add(position);
        }

        return [.. positions.Distinct().OrderDescending()];
    }
}
