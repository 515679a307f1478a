namespace SmartQueue.Replay.Play;

/// <summary>What is done to a ticket.</summary>
internal enum StepKind
{
    Take,
    Call,
    Serve,
    Cancel,
}
