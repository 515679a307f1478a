using System.ComponentModel;
using System.Diagnostics;

namespace SmartQueue.Testing;

/// <summary>Runs the scripts of <c>tests/Integration.Tests/js</c>, which use the system through npm packages that are not ours.</summary>
public static class NodeClients
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>Runs a script to its end and fails with what it printed, if it fails. Skips where there is no Node.js.</summary>
    public static async Task RunAsync(string script, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(await IsThereAsync("node") && await IsThereAsync("npm"), "Node.js with npm is not installed.");
        var folder = await Installed.Value;
        var (exitCode, output) = await ExecuteAsync("node", folder, [script, .. arguments]);
        Assert.True(exitCode == 0, output);
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(SystemProcess.Root, "tests/Integration.Tests/js");
        var (exitCode, output) = await ExecuteAsync("npm", folder, ["ci", "--no-audit", "--no-fund"]);
        Assert.True(exitCode == 0, output);
        return folder;
    }

    private static async Task<bool> IsThereAsync(string program)
    {
        try
        {
            return (await ExecuteAsync(program, Path.GetTempPath(), ["--version"])).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(string program, string folder, IEnumerable<string> arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await errors);
    }
}
