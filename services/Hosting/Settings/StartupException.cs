namespace SmartQueue.Hosting.Settings;

/// <summary>The process cannot start, for a reason the person who started it can mend. The message is the one sentence they read.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Carries the sentence for the person who started the process.</summary>
    public StartupException(string message)
        : base(message) { }

    /// <summary>With the sentence and what led to it.</summary>
    public StartupException(string message, Exception innerException)
        : base(message, innerException) { }
}
