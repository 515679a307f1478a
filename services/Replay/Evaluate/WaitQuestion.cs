using SmartQueue.Estimates;

namespace SmartQueue.Replay.Evaluate;

/// <summary>A wait to be guessed.</summary>
/// <param name="Visit">Whose. A guess may look at the queue and the arrival, and not at what comes.</param>
/// <param name="Stage">On joining or while waiting.</param>
/// <param name="At">Now.</param>
/// <param name="Ahead">How many come first.</param>
/// <param name="HeadSince">Since when the first in line waits.</param>
internal sealed record WaitQuestion(LineVisit Visit, PromiseStage Stage, DateTimeOffset At, int Ahead, DateTimeOffset? HeadSince)
{
    /// <summary>How long they have waited.</summary>
    public double Waited => (At - Visit.Arrival).TotalSeconds;
}
