namespace SmartQueue.Host;

/// <summary>Runs a command that Ctrl-C ends cleanly.</summary>
internal static class UntilInterrupted
{
    /// <summary>Returns what the command returns.</summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        using var stop = new CancellationTokenSource();
        ConsoleCancelEventHandler interrupt = (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += interrupt;
        try
        {
            return await command(stop.Token);
        }
        finally
        {
            Console.CancelKeyPress -= interrupt;
        }
    }
}
