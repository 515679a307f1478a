using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>Takes the pictures of the README from the demo; run by <c>services/Gateway/Web/take-screenshots</c> only.</summary>
public sealed partial class Screenshots(SystemWithPages system)
{
    private const string Counter = "6";

    [Fact(Explicit = true)]
    public async Task Take()
    {
        var into = Path.Combine(SystemWithPages.Sources, "screenshots");
        using var folder = new TemporaryFolder();
        var days = Environment.GetEnvironmentVariable("SMARTQUEUE_SCREENSHOT_DAYS") ?? "28";
        await using var demo = await SystemProcess.StartAsync(
            TimeSpan.FromMinutes(20),
            folder.Path,
            Ports.Free(1)[0],
            ["demo", "--folder", Path.Combine(folder.Path, "town"), "--days", days]
        );
        await Eventually.TrueAsync(() => Task.FromResult(demo.Output.Contains("Ctrl-C", StringComparison.Ordinal)));
        var said = Said().Match(demo.Output).Groups;
        using var admin = new SystemClient(demo.Address);
        await admin.SignInAsync(said["email"].Value, said["password"].Value);
        var session = await admin.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Post,
            "/api/auth/login",
            new { email = said["email"].Value, password = said["password"].Value }
        );

        await TakeAsync("ticket", said["phone"].Value, 390, 780, ".facts");
        await TakeAsync("kiosk", said["kiosk"].Value, 720, 1280, "form fieldset", prepare: async device =>
        {
            await device.Page.GetByLabel("PIN").FillAsync("2468");
            await device.Button("Start").ClickAsync();
            await device.Page.Locator(".kiosk-queues strong").First.WaitForAsync();
        });
        await TakeAsync("today", "/manage", 1280, 900, "main h1", signedIn: true);
        await TakeAsync("history", "/manage/history", 1280, 1000, "main h1", signedIn: true);
        await TakeAsync("counter", "/counter", 1280, 800, ".desk-list button", signedIn: true, prepare: async device =>
        {
            await device.SitAsync(Counter);
            var counters = await admin.GetAsync("/api/counters");
            var id = counters
                .GetProperty("items")
                .EnumerateArray()
                .Single(c => c.GetProperty("name").GetString() == Counter)
                .GetProperty("id")
                .GetString();
            await Eventually.TrueAsync(
                async () =>
                {
                    using var called = await admin.SendAsync(HttpMethod.Post, $"/api/counters/{id}/call-next", new { });
                    return called.StatusCode == HttpStatusCode.OK;
                },
                TimeSpan.FromMinutes(3)
            );
            await device.Page.Locator("[data-testid=current]").WaitForAsync();
        });
        // After the counter, whose call stands there.
        await TakeAsync("display", said["hall"].Value, 1920, 1080, ".display-number", ColorScheme.Dark);

        async Task TakeAsync(
            string name,
            string path,
            int width,
            int height,
            string ready,
            ColorScheme scheme = ColorScheme.Light,
            bool signedIn = false,
            Func<Device, Task>? prepare = null
        )
        {
            await using var device = await Device.OpenAsync(
                system.Browser,
                demo.Address,
                new BrowserNewContextOptions
                {
                    ColorScheme = scheme,
                    ViewportSize = new ViewportSize { Width = width, Height = height },
                }
            );
            if (signedIn)
                await device.SignInAsync(session);
            await device.GoToAsync(path);
            // Nobody may wait, or be called, in this very moment.
            await device.Page.Locator(ready).First.WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
            if (prepare is not null)
                await prepare(device);
            // What comes after it, such as figures, charts and QR codes.
            await Expect(device.Page.Locator(".loading")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = 60_000 });
            await device.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await device.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(into, name + ".png") });
        }
    }

    [GeneratedRegex(
        @"Sign in\s+(?<email>\S+) with (?<password>\S+).*Hall screen\s+http://[^/]+(?<hall>\S+).*Kiosk\s+http://[^/]+(?<kiosk>\S+).*Phone\s+http://[^/]+(?<phone>\S+)",
        RegexOptions.Singleline
    )]
    private static partial Regex Said();
}
