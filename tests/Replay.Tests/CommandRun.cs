using SmartQueue.Replay.Cli;

namespace SmartQueue.Replay.Tests;

/// <summary>A command run in this process, with what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandRun> ReplayAsync(FakeSystem system, params string[] args) =>
        RunAsync((a, e, c) => ReplayCommand.RunAsync(a, e, c), [.. args, "--url", system.Url], TestContext.Current.CancellationToken);

    public static Task<CommandRun> ReplayAsync(params string[] args) =>
        RunAsync((a, e, c) => ReplayCommand.RunAsync(a, e, c), args, TestContext.Current.CancellationToken);

    public static Task<CommandRun> ReplayAsync(FakeSystem system, CancellationToken cancellationToken, params string[] args) =>
        RunAsync((a, e, c) => ReplayCommand.RunAsync(a, e, c), [.. args, "--url", system.Url], cancellationToken);

    public static Task<CommandRun> SimulateAsync(params string[] args) =>
        RunAsync((a, e, c) => SimulateCommand.RunAsync(a, e, c), args, TestContext.Current.CancellationToken);

    public static Task<CommandRun> EvaluateAsync(params string[] args) =>
        RunAsync((a, e, c) => EvaluateCommand.RunAsync(a, e, c), args, TestContext.Current.CancellationToken);

    private static async Task<CommandRun> RunAsync(
        Func<IReadOnlyList<string>, CommandEnvironment, CancellationToken, Task<int>> command,
        string[] args,
        CancellationToken cancellationToken
    )
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new CommandEnvironment
        {
            Output = output,
            Error = error,
            Redirected = true,
            Variable = name =>
                name switch
                {
                    "ADMIN_EMAIL" => FakeSystem.Email,
                    "ADMIN_PASSWORD" => FakeSystem.Password,
                    _ => null,
                },
            // The fake counts at once: what does not agree now never will.
            SettleLimit = TimeSpan.Zero,
        };
        return new CommandRun(await command(args, environment, cancellationToken), output.ToString(), error.ToString());
    }
}
