using System.Diagnostics;

namespace SmartQueue.Mutation;

/// <summary>Runs other programs.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end, or to the limit, when it is killed with all that it started.</summary>
    /// <returns>Its exit code, <c>null</c> where it had to be killed; and what it wrote.</returns>
    public static async Task<(int? Code, string Output)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? limit = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var end = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan);
        try
        {
            await process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            return (null, "");
        }

        return (process.ExitCode, await output + await errors);
    }

    /// <summary>The same for what has to succeed.</summary>
    /// <exception cref="MutationException">It did not.</exception>
    public static async Task<string> RequireAsync(string program, string[] arguments, string folder)
    {
        var (code, output) = await RunAsync(program, arguments, folder);
        return code == 0 ? output : throw new MutationException($"{program} {string.Join(' ', arguments)} failed:\n{output}");
    }
}
