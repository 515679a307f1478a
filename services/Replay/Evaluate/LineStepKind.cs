namespace SmartQueue.Replay.Evaluate;

/// <summary>What happens in a line, in the order things of one second are taken.</summary>
internal enum LineStepKind
{
    EndOrLeave,
    Call,
    Join,
    EndAtOnce,
    AskHalfway,
}
