using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>The first run of a system that nobody has set up.</summary>
public sealed class SetupTests(SystemWithPages system)
{
    private const string Password = "a password of my own";

    // As where nobody named an admin.
    private static readonly Dictionary<string, string> Settings = new() { ["ADMIN_EMAIL"] = "", ["ADMIN_PASSWORD"] = "" };

    // Passwords are hashed, and all of a place is made.
    private static LocatorAssertionsToBeVisibleOptions Patient => new() { Timeout = 60_000 };

    [Fact]
    public async Task The_printed_link_leads_from_a_password_to_sheets_on_the_wall()
    {
        _ = system.Browser;
        using var folder = new TemporaryFolder();
        await using var fresh = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0], Settings);
        var link = await LinkOfAsync(fresh);
        await using var owner = await Device.OpenAsync(
            system.Browser,
            fresh.Address,
            new BrowserNewContextOptions { TimezoneId = "Europe/Madrid" }
        );
        await owner.GoToAsync(link);
        await Expect(owner.Heading("Set up your place")).ToBeVisibleAsync();
        await owner.Page.GetByLabel("New password").FillAsync(Password);
        await owner.Button("Go on").ClickAsync();

        await Expect(owner.Page.GetByLabel("Name of the place")).ToBeVisibleAsync(Patient);
        await owner.Page.GetByLabel("Name of the place").FillAsync("Town hall");
        await Expect(owner.Page.GetByLabel("Time zone")).ToHaveValueAsync("Europe/Madrid");
        await owner.Page.GetByRole(AriaRole.Main).GetByLabel("Language").SelectOptionAsync("English");
        await owner.Page.GetByLabel("Queue", new PageGetByLabelOptions { Exact = true }).FillAsync("Passports");
        await owner.Page.GetByLabel("Letters").FillAsync("p");
        await owner.Button("Add a queue").ClickAsync();
        await owner.Page.GetByLabel("Queue", new PageGetByLabelOptions { Exact = true }).Nth(1).FillAsync("Residence");
        // The same letters as the first, which is made before it is refused.
        await owner.Page.GetByLabel("Letters").Nth(1).FillAsync("P");
        await owner.Page.GetByLabel("Counters").FillAsync("1, 2, Window");
        await owner.Button("Set it up").ClickAsync();
        await Expect(owner.Page.Locator("form .notice.danger")).ToBeVisibleAsync(Patient);
        await owner.Page.GetByLabel("Letters").Nth(1).FillAsync("R");
        await owner.Button("Set it up").ClickAsync();

        await Expect(owner.Heading("Town hall is ready")).ToBeVisibleAsync(Patient);
        await Expect(owner.Page.Locator(".sheet h2")).ToHaveTextAsync(["Passports", "Residence", "Hall display", "Kiosk"]);
        await Expect(owner.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Only this computer reaches");
        await owner.Page.GetByLabel("Address that phones reach").FillAsync("http://192.168.1.20:4000/");
        await Expect(owner.Page.GetByText("Only this computer reaches")).ToBeHiddenAsync();
        await Expect(owner.Page.Locator(".sheet-address").First).ToHaveTextAsync(new Regex("^http://192\\.168\\.1\\.20:4000/q/[^/]+$"));

        using var admin = new SystemClient(fresh.Address);
        var branch = (await admin.GetAsync("/api/branches")).GetProperty("items")[0];
        Assert.Equal(
            ("Town hall", "Europe/Madrid", """["en"]"""),
            (
                branch.GetProperty("name").GetString(),
                branch.GetProperty("timeZone").GetString(),
                branch.GetProperty("languages").GetRawText()
            )
        );
        var queues = (await admin.GetAsync("/api/queues")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            ["P Passports Europe/Madrid", "R Residence Europe/Madrid"],
            queues.Select(q => $"{q.GetProperty("prefix")} {q.GetProperty("name")} {q.GetProperty("timeZone")}").Order()
        );
        await owner.GoToAsync("/counter");
        await Expect(owner.Page.Locator(".desk-list button")).ToHaveCountAsync(3);
        await owner.GoToAsync("/setup");
        await Expect(owner.Heading("Town hall is ready")).ToBeVisibleAsync();

        // The link is used up, and the page is of no use to strangers.
        await using var stranger = await Device.OpenAsync(system.Browser, fresh.Address, null);
        await stranger.GoToAsync(link);
        await stranger.Page.GetByLabel("New password").FillAsync("a stranger's password");
        await stranger.Button("Go on").ClickAsync();
        await Expect(stranger.Page.GetByText("This link is not valid any more.")).ToBeVisibleAsync(Patient);
        await stranger.GoToAsync("/setup");
        await Expect(stranger.Heading("Sign in")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_admin_whom_the_settings_name_sets_it_up_signed_in_and_the_sheets_have_the_public_address()
    {
        _ = system.Browser;
        using var folder = new TemporaryFolder();
        await using var fresh = await SystemProcess.StartAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string> { ["PUBLIC_URL"] = "https://queue.example.org/" }
        );
        Assert.DoesNotContain("/setup#", fresh.Output, StringComparison.Ordinal);
        await using var owner = await Device.OpenAsync(system.Browser, fresh.Address, Device.Phone);
        await owner.GoToAsync("/");
        await owner.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Set up this place" }).TapAsync();
        await owner.Page.GetByLabel("Email").FillAsync(SystemClient.AdminEmail);
        await owner.Page.GetByLabel("Password").FillAsync(SystemClient.AdminPassword);
        await owner.Button("Sign in").TapAsync();
        await Expect(owner.Page.GetByLabel("Name of the place")).ToBeVisibleAsync(Patient);
        await owner.Page.GetByLabel("Name of the place").FillAsync("Practice");
        await owner.Page.GetByLabel("Queue", new PageGetByLabelOptions { Exact = true }).FillAsync("Reception");
        Assert.Equal([], await owner.ViolationsAsync());
        Assert.True(await owner.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await owner.Button("Set it up").TapAsync();
        await Expect(owner.Heading("Practice is ready")).ToBeVisibleAsync(Patient);
        await Expect(owner.Page.Locator(".sheet-address").First).ToHaveTextAsync(new Regex("^https://queue\\.example\\.org/q/[^/]+$"));
        await Expect(owner.Page.GetByText("Only this computer reaches")).ToBeHiddenAsync();
        Assert.Equal([], await owner.ViolationsAsync());
        // Each on a page of its own.
        await owner.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Equal("page", await owner.Page.Locator(".sheet").First.EvaluateAsync<string>("sheet => getComputedStyle(sheet).breakAfter"));
        await Expect(owner.Button("Print the sheets")).ToBeHiddenAsync();

        await owner.GoToAsync("/");
        await Expect(owner.Page.GetByRole(AriaRole.Link).Filter(new LocatorFilterOptions { HasText = "Reception" })).ToBeVisibleAsync();
        await Expect(owner.Page.GetByText("Set up this place")).ToBeHiddenAsync();
    }

    private static async Task<string> LinkOfAsync(SystemProcess fresh)
    {
        var printed = await Eventually.GetAsync(
            () => Task.FromResult(Regex.Match(fresh.Output, "http://localhost:[0-9]+(/setup#\\S+) within 7 days")),
            match => match.Success,
            TimeSpan.FromSeconds(10)
        );
        return printed.Groups[1].Value;
    }
}
