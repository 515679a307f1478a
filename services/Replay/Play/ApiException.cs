namespace SmartQueue.Replay.Play;

/// <summary>Without this answer the run cannot go on; the message is the sentence the person reads.</summary>
internal sealed class ApiException(string message, string code) : Exception(message)
{
    /// <summary>The stable code of the refusal.</summary>
    public string Code { get; } = code;
}
