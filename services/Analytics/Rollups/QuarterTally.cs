namespace SmartQueue.Analytics.Rollups;

/// <summary>What happened to tickets in a stretch of time, of a quarter of an hour or more.</summary>
internal sealed class QuarterTally
{
    /// <summary>Tickets that joined.</summary>
    public int Created { get; set; }

    /// <summary>Tickets whose service ended.</summary>
    public int Served { get; set; }

    /// <summary>Tickets first called.</summary>
    public int Called { get; set; }

    /// <summary>Their waits. Of rollups that an earlier version made, none are known by quarter.</summary>
    public DurationTally Waits { get; } = new();

    /// <summary>What they were promised.</summary>
    public EstimateTally Estimates { get; } = new();

    /// <summary>Adds all of another; the other stays as it is.</summary>
    public void Add(QuarterTally other)
    {
        Created += other.Created;
        Served += other.Served;
        Called += other.Called;
        Waits.Add(other.Waits);
        Estimates.Add(other.Estimates);
    }
}
