namespace SmartQueue.Replay.Days;

/// <summary>How a customer's visit ended.</summary>
internal enum DayOutcome
{
    Served,
    Abandoned,
    HungInService,
}
