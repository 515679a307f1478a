using System.Text.Json;

[assembly: AssemblyFixture(typeof(SmartQueue.Pages.Tests.SystemWithPages))]

namespace SmartQueue.Pages.Tests;

/// <summary>The whole system in one process, and the system's own Chromium beside it. Without a browser or the built pages the tests are
/// skipped.</summary>
public sealed class SystemWithPages : IAsyncLifetime
{
    private const float ExpectTimeout = 15_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly TemporaryFolder folder = new();
    private readonly int port = Ports.Free(1)[0];
    private SystemProcess? system;
    private SystemClient? admin;
    private IPlaywright? playwright;
    private int defined;
    private IBrowser? browser;
    private string? chromium;
    private string? missing;
    private int accounts;

    public static string Sources { get; } = Path.Combine(SystemProcess.Root, "services/Gateway/Web");

    public Uri Address => system!.Address;

    /// <summary>Its address under another name.</summary>
    public Uri AddressAs(string host) => new UriBuilder(Address) { Host = host }.Uri;

    public SystemClient Admin => OrSkip(admin);

    public IBrowser Browser => OrSkip(browser);

    public async ValueTask InitializeAsync()
    {
        chromium = Names
            .SelectMany(n => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(p => Path.Combine(p, n)))
            .FirstOrDefault(File.Exists);
        missing =
            chromium is null ? "There is no Chromium here."
            : File.Exists(Path.Combine(Sources, "dist/index.html")) ? null
            : "The pages are not built; services/Gateway/Web/build does it, with Node.js.";
        if (missing is not null)
            return;

        await StartAsync();
        admin = new SystemClient(Address);
        await admin.SignInAsync();
        playwright = await Playwright.CreateAsync();
        // A limit of waiting: of several pages at once on a busy machine one may have to wait for its turn.
        Assertions.SetDefaultExpectTimeout(ExpectTimeout);
        browser = await LaunchAsync();
    }

    /// <summary>A browser with more arguments than that of the other tests.</summary>
    public Task<IBrowser> LaunchAsync(params string[] more) =>
        OrSkip(playwright)
            .Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions
                {
                    ExecutablePath = chromium,
                    Args =
                    [
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        .. more,
                    ],
                }
            );

    public Task StartAsync() => StartAsync(SystemProcess.StartAsync(folder.Path, port));

    public Task KillAsync() => system!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        admin?.Dispose();
        if (system is not null)
            await system.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A new queue that nobody is in. A prefix is of this test alone and has two letters; those without get three.</summary>
    public Task<string> DefineQueueAsync(string name, string? prefix = null, params string[] counters)
    {
        var nth = Interlocked.Increment(ref defined);
        return Admin.DefineQueueAsync(
            new
            {
                name,
                prefix = prefix ?? $"Z{(char)('A' + nth / 26)}{(char)('A' + nth % 26)}",
                counters = counters.Select(c => new { name = c }),
            }
        );
    }

    /// <summary>A new counter that nobody sits at; gives its id.</summary>
    public async Task<string> DefineCounterAsync(string name, params string[] queues) =>
        (
            await Admin.ExpectAsync(
                HttpStatusCode.Created,
                HttpMethod.Post,
                "/api/counters",
                new { name, queues = queues.Select(q => new { queueId = q }) }
            )
        )
            .GetProperty("id")
            .GetString()!;

    /// <summary>An operator of their own, who sits at a new counter.</summary>
    public async Task<Device> OpenDeskAsync(string counter, params string[] queues)
    {
        await DefineCounterAsync(counter, queues);
        var desk = await OpenStaffAsync();
        await desk.SitAsync(counter);
        return desk;
    }

    /// <summary>A new account with a role; gives what its page keeps of being signed in.</summary>
    public async Task<JsonElement> RegisterAsync(string role)
    {
        var email = $"{role}{Interlocked.Increment(ref accounts)}@example.com";
        using var someone = new SystemClient(Address);
        if (role == "user")
            await someone.ExpectAsync(
                HttpStatusCode.Created,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = "Robin user",
                    email,
                    password = SystemClient.AdminPassword,
                }
            );
        else
            await Admin.JoinAsync($"Robin {role}", email, role);
        return await someone.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Post,
            "/api/auth/login",
            new { email, password = SystemClient.AdminPassword }
        );
    }

    /// <summary>A browser of its own, as one person's device.</summary>
    public Task<Device> OpenAsync(BrowserNewContextOptions? options = null) => Device.OpenAsync(Browser, Address, options);

    /// <summary>A staff member's browser, already signed in.</summary>
    public async Task<Device> OpenStaffAsync(string role = "operator", BrowserNewContextOptions? options = null)
    {
        var device = await OpenAsync(options);
        await device.SignInAsync(await RegisterAsync(role));
        return device;
    }

    private T OrSkip<T>(T? part)
        where T : class
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        return part!;
    }

    private async Task StartAsync(Task<SystemProcess> start)
    {
        var before = system;
        system = await start;
        if (before is not null)
            await before.DisposeAsync();
    }
}
