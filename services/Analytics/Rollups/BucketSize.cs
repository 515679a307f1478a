namespace SmartQueue.Analytics.Rollups;

/// <summary>How long the pieces are that a range is cut into.</summary>
internal enum BucketSize
{
    /// <summary>A quarter of an hour of the wall clock.</summary>
    Quarter,

    /// <summary>An hour of the wall clock.</summary>
    Hour,

    /// <summary>A day of the calendar.</summary>
    Day,
}
