namespace SmartQueue.Replay;

/// <summary>What is done to a ticket.</summary>
internal enum StepKind
{
    Take,
    Call,
    Serve,
    Cancel,
}
