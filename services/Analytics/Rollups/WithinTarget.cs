namespace SmartQueue.Analytics.Rollups;

/// <summary>How many were called within the target of their own queue.</summary>
/// <param name="All">Of all tickets, from entering the line on.</param>
/// <param name="Booked">Of those with an appointment, from when they were due and there.</param>
/// <param name="WalkIns">Of those without one.</param>
internal readonly record struct WithinTarget(int All, int Booked, int WalkIns)
{
    /// <summary>Those of one queue.</summary>
    /// <param name="rollup">Its tickets.</param>
    /// <param name="target">Seconds within which a customer should be called.</param>
    public static WithinTarget Of(Rollup rollup, int target) =>
        new(rollup.Waits.Within(target), rollup.Booked.Waits.Within(target), rollup.WalkInWaits.Within(target));

    /// <summary>Those of both.</summary>
    public static WithinTarget operator +(WithinTarget one, WithinTarget other) =>
        new(one.All + other.All, one.Booked + other.Booked, one.WalkIns + other.WalkIns);
}
