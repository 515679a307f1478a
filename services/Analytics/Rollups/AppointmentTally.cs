using SmartQueue.Analytics.Facts;

namespace SmartQueue.Analytics.Rollups;

/// <summary>How many appointments had which outcome.</summary>
internal sealed class AppointmentTally
{
    private static readonly int OutcomeCount = Enum.GetValues<AppointmentOutcome>().Length;

    private readonly int[] outcomes = new int[OutcomeCount];

    /// <summary>All of them.</summary>
    public int Count => outcomes.Sum();

    /// <summary>How many had the outcome.</summary>
    public int this[AppointmentOutcome outcome]
    {
        get => outcomes[(int)outcome];
        set => outcomes[(int)outcome] = value;
    }

    /// <summary>Adds all of another; the other stays as it is.</summary>
    public void Add(AppointmentTally other)
    {
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] += other.outcomes[i];
    }
}
