namespace SmartQueue.Replay;

/// <summary>The command line, or the file it names, cannot be used; the message is the sentence the person reads.</summary>
internal sealed class UsageException(string message) : Exception(message);
