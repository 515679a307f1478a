using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace SmartQueue.Testing;

/// <summary>The product's executable as people start it.</summary>
public sealed class SystemProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();

    private readonly ConcurrentQueue<string> output = new();

    private SystemProcess(Process process, string host, int port)
    {
        this.process = process;
        Address = new Uri($"http://{host}:{port}");
    }

    /// <summary>The folder of the sources.</summary>
    public static string Root { get; } = FindRoot();

    private static string Program { get; } = FindProgram();

    public Uri Address { get; }

    public string Errors => string.Join('\n', errors);

    /// <summary>What it said on standard output.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>What it has used of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Its number among the machine's processes.</summary>
    public int Id => process.Id;

    /// <summary>What it holds of the machine's memory, in bytes.</summary>
    public long ResidentMemory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<SystemProcess> StartAsync(
        string folder,
        int port,
        IReadOnlyDictionary<string, string>? settings = null,
        params IEnumerable<string> arguments
    ) => StartAsync("/health/ready", folder, port, settings, arguments);

    /// <summary>The same, where it has much to do before it is ready.</summary>
    public static Task<SystemProcess> StartAsync(TimeSpan limit, string folder, int port, params IEnumerable<string> arguments) =>
        StartAsync("/health/ready", folder, port, settings: null, arguments, limit);

    /// <summary>Starts it and waits until it takes requests, ready or not.</summary>
    public static Task<SystemProcess> StartListeningAsync(
        string folder,
        int port,
        IReadOnlyDictionary<string, string>? settings = null,
        params IEnumerable<string> arguments
    ) => StartAsync("/health/live", folder, port, settings, arguments);

    /// <summary>Starts it and waits for nothing.</summary>
    public static SystemProcess Launch(
        string folder,
        int port,
        IReadOnlyDictionary<string, string>? settings = null,
        params IEnumerable<string> arguments
    )
    {
        var start = StartInfo(settings, [.. arguments, "--port", $"{port}"]);
        start.Environment["SMARTQUEUE_DATA"] = folder;
        var started = new SystemProcess(Process.Start(start)!, settings?.GetValueOrDefault("SMARTQUEUE_BIND") ?? "127.0.0.1", port);
        started.process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                started.output.Enqueue(line.Data);
        };
        started.process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                started.errors.Enqueue(line.Data);
        };
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    private static async Task<SystemProcess> StartAsync(
        string health,
        string folder,
        int port,
        IReadOnlyDictionary<string, string>? settings,
        IEnumerable<string> arguments,
        TimeSpan? limit = null
    )
    {
        var started = Launch(folder, port, settings, arguments);
        try
        {
            await started.AnswersAsync(health, limit ?? TimeSpan.FromSeconds(90));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it where it should fail; returns exit code and standard error.</summary>
    public static async Task<(int ExitCode, string Errors)> FailAsync(
        string folder,
        int port,
        IReadOnlyDictionary<string, string>? settings = null,
        params IEnumerable<string> arguments
    )
    {
        await using var started = Launch(folder, port, settings, arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await started.process.WaitForExitAsync(limit.Token);
        return (started.process.ExitCode, started.Errors);
    }

    /// <summary>Runs a command of it to its end; returns exit code, standard output and standard error.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TimeSpan limit,
        IReadOnlyDictionary<string, string>? settings = null,
        params IEnumerable<string> arguments
    )
    {
        using var command = Process.Start(StartInfo(settings, arguments))!;
        using var end = new CancellationTokenSource(limit);
        try
        {
            var output = command.StandardOutput.ReadToEndAsync(end.Token);
            var errors = command.StandardError.ReadToEndAsync(end.Token);
            await command.WaitForExitAsync(end.Token);
            return (command.ExitCode, await output, await errors);
        }
        finally
        {
            if (!command.HasExited)
                command.Kill();
        }
    }

    /// <summary>Runs a command of it and kills it (<c>kill -9</c>) as soon as a condition holds; fails where the command ends
    /// before.</summary>
    public static async Task KillWhenAsync(
        Func<bool> condition,
        IReadOnlyDictionary<string, string>? settings = null,
        params IEnumerable<string> arguments
    )
    {
        using var command = Process.Start(StartInfo(settings, arguments))!;
        try
        {
            await Eventually.TrueAsync(() =>
                command.HasExited ? throw new InvalidOperationException("The command has ended.") : Task.FromResult(condition())
            );
        }
        finally
        {
            command.Kill();
            await command.WaitForExitAsync();
        }

        Assert.NotEqual(0, command.ExitCode);
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>As <c>kill</c> does; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", [$"{process.Id}"])!;
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private async Task AnswersAsync(string path, TimeSpan limit)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2) };
        await Eventually.GetAsync(
            async () =>
            {
                Assert.False(process.HasExited, Errors);
                try
                {
                    using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                    return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                }
                catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
                {
                    return $"{e.Message} {Errors}";
                }
            },
            health => health.StartsWith("200", StringComparison.Ordinal),
            limit
        );
    }

    private static ProcessStartInfo StartInfo(IReadOnlyDictionary<string, string>? settings, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["ADMIN_EMAIL"] = SystemClient.AdminEmail;
        start.Environment["ADMIN_PASSWORD"] = SystemClient.AdminPassword;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    // The one that was built with the tests, or another build of the same sources: what people start answers sooner.
    private static string FindProgram()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Environment.GetEnvironmentVariable("SMARTQUEUE_TEST_PROGRAM") is { Length: > 0 } program
            ? Path.Combine(Root, program)
            : Path.Combine(Root, "services/Host/bin", output.Parent!.Name, output.Name, "smartqueue.dll");
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SmartQueue.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
