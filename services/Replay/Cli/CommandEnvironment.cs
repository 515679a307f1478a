using Spectre.Console;

namespace SmartQueue.Replay.Cli;

/// <summary>What a command takes from the process it runs in.</summary>
internal sealed record CommandEnvironment
{
    // Tables keep their lines whole in a log file; a terminal says its width itself.
    private const int PlainWidth = 110;

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether the output is a file or a pipe, so that nothing may be drawn over.</summary>
    public required bool Redirected { get; init; }

    public required Func<string, string?> Variable { get; init; }

    /// <summary>How long the figures may take to agree after the last step.</summary>
    public TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(30);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>That of this process.</summary>
    public static CommandEnvironment Process() =>
        new()
        {
            Output = Console.Out,
            Error = Console.Error,
            Redirected = Console.IsOutputRedirected,
            Variable = Environment.GetEnvironmentVariable,
        };

    /// <summary>The output as Spectre.Console sees it.</summary>
    public IAnsiConsole CreateConsole()
    {
        if (!Redirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(Output),
            }
        );
        console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
