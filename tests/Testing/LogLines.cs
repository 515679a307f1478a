using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Testing;

/// <summary>Keeps what is logged.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = [];

    /// <summary>All texts, the oldest first, each with its exception.</summary>
    public IEnumerable<string> All => lines.Select(l => l.Text);

    /// <summary>Those of a level or a graver one.</summary>
    public IReadOnlyList<string> AtLeast(LogLevel level) => [.. lines.Where(l => l.Level >= level).Select(l => l.Text)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this);

    /// <inheritdoc/>
    public void Dispose() { }

    private sealed class Logger(LogLines all) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => all.lines.Enqueue((logLevel, formatter(state, exception) + exception));
    }
}
