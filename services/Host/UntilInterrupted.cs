using System.Runtime.InteropServices;

namespace SmartQueue.Host;

/// <summary>Runs a command that Ctrl-C, or who asks the process to end (<c>SIGTERM</c>), ends cleanly.</summary>
internal static class UntilInterrupted
{
    /// <summary>Returns what the command returns.</summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return await command(stop.Token);

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
