using System.Globalization;
using Spectre.Console;

namespace SmartQueue.Replay.Cli;

/// <summary>Shows how far a run is: a bar on a terminal, a line for every tenth elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    /// <summary>Shows it until <paramref name="work"/> is done, and passes on how that ended.</summary>
    public static async Task WhileAsync(IAnsiConsole console, bool plain, string title, int total, Func<int> done, Task work)
    {
        if (plain)
            await LinesAsync(console, total, done, work);
        else
            await console
                .Progress()
                .StartAsync(async context =>
                {
                    var bar = context.AddTask(Markup.Escape(title), maxValue: total);
                    while (!work.IsCompleted)
                    {
                        bar.Value = done();
                        await Task.WhenAny(work, Task.Delay(Step));
                    }

                    bar.Value = done();
                });
        await work;
    }

    private static async Task LinesAsync(IAnsiConsole console, int total, Func<int> done, Task work)
    {
        for (var tenth = 0; ; )
        {
            var ended = work.IsCompleted;
            var now = done();
            if ((long)now * 10 / total > tenth)
            {
                tenth = (int)((long)now * 10 / total);
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now} of {total} customers"));
            }

            if (ended)
                return;
            await Task.WhenAny(work, Task.Delay(Step));
        }
    }
}
