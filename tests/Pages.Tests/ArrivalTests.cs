using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>Who booked a time comes: at the kiosk, and to a counter.</summary>
public sealed class ArrivalTests(SystemWithPages system)
{
    private const int Day = 24 * 3600;

    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_code_of_an_appointment_gives_its_number_at_the_kiosk_and_prints_it()
    {
        var (walkIns, queue) = await PlaceAsync("Codes by touch", early: Day);
        var booked = await system.Admin.BookAsync(queue);
        var code = CodeOf(booked);
        await using var kiosk = await OpenKioskAsync(walkIns);
        await kiosk.Button("I have an appointment").TapAsync();
        await Expect(kiosk.Button("I am here")).ToBeDisabledAsync();
        var small = await kiosk.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button')].filter(b => b.offsetHeight < 56 || b.offsetWidth < 56).map(b => b.textContent)"
        );
        Assert.Empty(small);
        Assert.Empty(await kiosk.ViolationsAsync());
        // One slip of the finger, taken back.
        await Key(kiosk, 'Z').TapAsync();
        await kiosk.Button("Delete").TapAsync();
        foreach (var sign in code)
            await Key(kiosk, sign).TapAsync();
        await Expect(kiosk.Page.Locator("output")).ToHaveTextAsync($"{code[..4]} {code[4..]}");
        await kiosk.Button("I am here").TapAsync();

        await Expect(kiosk.Heading("Your number B-1")).ToBeVisibleAsync();
        await Expect(kiosk.Page.Locator(".kiosk-slip")).ToContainTextAsync($"Appointment: {HourOf(booked)}");
        await kiosk.Page.WaitForFunctionAsync("() => window.printed === 1");
        // A code to scan would open nothing: the token is with who booked.
        await Expect(kiosk.Page.GetByRole(AriaRole.Img)).ToBeHiddenAsync();
        Assert.Empty(await kiosk.ViolationsAsync());
        Assert.Equal("waiting", Assert.Single(await system.Admin.AllTicketsAsync(queue)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_scanner_types_a_code_and_the_same_code_gives_the_same_number()
    {
        var (walkIns, queue) = await PlaceAsync("Codes by scanner", early: Day);
        var code = CodeOf(await system.Admin.BookAsync(queue));
        await using var kiosk = await OpenKioskAsync(walkIns);
        foreach (var typed in (string[])[code, $"{code[..4]}-{code[4..]}".ToLowerInvariant()])
        {
            await kiosk.Button("I have an appointment").TapAsync();
            // Enter would press it once more.
            await kiosk.Button("English").TapAsync();
            await EnterAsync(kiosk, typed);
            await Expect(kiosk.Heading("Your number B-1")).ToBeVisibleAsync();
            await kiosk.Button("Done").TapAsync();
        }

        Assert.Single(await system.Admin.AllTicketsAsync(queue));

        // Who goes to a button by key presses that one.
        await kiosk.Button("I have an appointment").TapAsync();
        await Expect(kiosk.Page.Locator(".code-keys")).ToBeVisibleAsync();
        await kiosk.Page.Keyboard.TypeAsync(code);
        await kiosk.Button("Back").FocusAsync();
        await kiosk.Page.Keyboard.PressAsync("Enter");
        await Expect(kiosk.Heading("What are you here for?")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_is_too_early_is_told_from_when_on_in_their_language()
    {
        var (walkIns, queue) = await PlaceAsync("Codes too early", early: 900);
        var booked = await system.Admin.BookAsync(queue);
        var opens = booked.GetProperty("start").GetDateTimeOffset().AddSeconds(-900);
        await using var kiosk = await OpenKioskAsync(walkIns);
        await kiosk.Button("I have an appointment").TapAsync();
        await kiosk.Button("Deutsch").TapAsync();
        await EnterAsync(kiosk, CodeOf(booked));
        await Expect(kiosk.Page.GetByText("Für diesen Termin ist es noch zu früh.")).ToBeVisibleAsync();
        await kiosk.Button("English").TapAsync();
        await kiosk.Button("I am here").TapAsync();
        // With its day where that is another one.
        await Expect(
                kiosk.Page.GetByText(
                    new Regex(
                        $"It is too early for this appointment. Please come back here from: (\\w+ \\d+ \\w+, )?{opens.ToString("HH:mm", CultureInfo.InvariantCulture)}$"
                    )
                )
            )
            .ToBeVisibleAsync();
        Assert.Empty(await kiosk.ViolationsAsync());
        Assert.Empty(await system.Admin.AllTicketsAsync(queue));
    }

    [Fact]
    public async Task A_code_that_there_is_not_is_said_so_and_the_kiosk_goes_back_by_itself()
    {
        var (walkIns, _) = await PlaceAsync("Codes that are wrong", early: Day);
        await using var kiosk = await OpenKioskAsync(walkIns, clock: true);
        await kiosk.Button("I have an appointment").TapAsync();
        await EnterAsync(kiosk, "22222222");
        var said = kiosk.Page.GetByText("There is no appointment with this code, or its time has passed.");
        await Expect(said).ToBeVisibleAsync();
        // On the lowest screen, too, it covers nothing.
        await kiosk.Page.SetViewportSizeAsync(1024, 768);
        var (above, below) = ((await said.BoundingBoxAsync())!, (await kiosk.Heading("Enter the code").BoundingBoxAsync())!);
        Assert.InRange(above.Y + above.Height, 0, below.Y);
        await kiosk.Page.Clock.RunForAsync(21_000);
        await Expect(kiosk.Heading("What are you here for?")).ToBeVisibleAsync();
        await Expect(kiosk.Page.GetByText("There is no appointment with this code")).ToBeHiddenAsync();
        // What was typed is not for the next one to see.
        await kiosk.Button("I have an appointment").TapAsync();
        await Expect(kiosk.Page.Locator("output")).ToHaveTextAsync("···· ····");
    }

    [Theory]
    [InlineData(
        409,
        "INVALID_TRANSITION",
        "It is too late to arrive for this appointment. Ask at the desk, or take a number.",
        "It is too late"
    )]
    [InlineData(
        429,
        "RATE_LIMITED",
        "Too many codes were wrong. Try again in a moment, or ask at the desk.",
        "Too many tries. Please wait"
    )]
    [InlineData(503, "SERVICE_UNAVAILABLE", "Away.", "A part of the system is away")]
    public async Task Whatever_else_is_in_the_way_is_said_in_words(int status, string code, string error, string said)
    {
        var (walkIns, _) = await PlaceAsync($"Codes refused {status}", early: Day);
        await using var kiosk = await OpenKioskAsync(walkIns);
        await kiosk.Page.RouteAsync("**/api/appointments/arrive", route => route.FulfillAsync(
                new RouteFulfillOptions
                {
                    Status = status,
                    ContentType = "application/problem+json",
                    Body = JsonSerializer.Serialize(new { code, error }),
                }
            ));
        await kiosk.Button("I have an appointment").TapAsync();
        await EnterAsync(kiosk, "23456789");
        await Expect(kiosk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(said);
    }

    [Fact]
    public async Task Nobody_is_asked_for_an_appointment_until_a_queue_of_the_branch_takes_them()
    {
        var (walkIns, queue) = await PlaceAsync("No appointments yet", early: null);
        await using var kiosk = await OpenKioskAsync(walkIns);
        await Expect(kiosk.Button("Walk in")).ToBeEnabledAsync();
        await Expect(kiosk.Button("I have an appointment")).ToBeHiddenAsync();
        await system.Admin.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Patch,
            $"/api/queues/{queue}",
            new { booking = new { slotLength = 1800 } }
        );
        // It looks every 15 seconds.
        await Expect(kiosk.Button("I have an appointment")).ToBeVisibleAsync(new() { Timeout = 40_000 });
    }

    [Fact]
    public async Task Who_came_for_a_time_shows_it_at_the_counter_and_all_are_called_in_the_order_shown()
    {
        var booking = new
        {
            slotLength = 60,
            places = 4,
            early = Day,
        };
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Called by time",
                prefix = "QD",
                booking,
            }
        );
        var other = await system.DefineQueueAsync("Called by arrival", "QE");
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(other);
        var free = (await system.Admin.SlotsAsync(queue)).Select(s => DateTimeOffset.Parse(s, CultureInfo.InvariantCulture)).ToList();
        // One that has not begun when it is booked.
        var soon = free.First(s => s > DateTimeOffset.UtcNow.AddSeconds(10));
        var early = await ArriveAsync(queue, free.First(s => s > soon.AddHours(2)), "Comes early");
        var due = await ArriveAsync(queue, soon, "Comes in time");
        await using var desk = await system.OpenDeskAsync("Times", queue, other);
        await Eventually.TrueAsync(
            async () => (await system.Admin.GetAsync($"/api/tickets/{due}")).GetProperty("position").GetInt32() == 1,
            2 * OneMinute
        );
        await desk.Page.ReloadAsync();

        await Expect(desk.Page.Locator(".line-row strong")).ToHaveTextAsync(["QD-3", "QD-1", "QE-1", "QD-2"]);
        await Expect(desk.Row("Comes in time").Locator(".badge"))
            .ToHaveTextAsync($"Appointment: {HourOf(await system.Admin.GetAsync($"/api/appointments/{due}"))}");
        await Expect(desk.Row("Comes early").Locator(".badge"))
            .ToHaveTextAsync($"Appointment: {HourOf(await system.Admin.GetAsync($"/api/appointments/{early}"))}");
        await Expect(desk.Row("QD-1").Locator(".badge")).ToBeHiddenAsync();
        Assert.Empty(await desk.ViolationsAsync());
        foreach (var number in (string[])["QD-3", "QD-1", "QE-1", "QD-2"])
        {
            await desk.Page.Keyboard.PressAsync("n");
            await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync(number);
            await desk.Page.Keyboard.PressAsync("s");
            await Expect(desk.Button("Done, call next")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Who_is_expected_soon_is_marked_as_here_at_the_counter()
    {
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Expected",
                prefix = "QF",
                booking = new
                {
                    slotLength = 600,
                    places = 4,
                    early = 1800,
                },
            }
        );
        var free = (await system.Admin.SlotsAsync(queue)).Select(s => DateTimeOffset.Parse(s, CultureInfo.InvariantCulture)).ToList();
        var now = DateTimeOffset.UtcNow;
        var next = await BookAsync(queue, free.First(s => s > now + OneMinute), "Comes next");
        var later = await BookAsync(queue, free.First(s => s > now + 40 * OneMinute), "Comes later");
        await BookAsync(queue, free.First(s => s > now + 90 * OneMinute), "Comes much later");
        await using var desk = await system.OpenDeskAsync("Expecting", queue);
        var rows = desk.Page.Locator("section:has(> h3:text('Expected soon')) li");
        await Expect(rows)
            .ToHaveTextAsync([
                new Regex($"^{HourOf(next)} Comes next ?They are here$"),
                new Regex($"^{HourOf(later)} Comes later ?from \\d\\d:\\d\\d$"),
            ]);
        Assert.Empty(await desk.ViolationsAsync());
        var branch = (await system.Admin.GetAsync($"/api/queues/{queue}")).GetProperty("branchId").GetString();
        await Expect(desk.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Book a time for somebody" }))
            .ToHaveAttributeAsync("href", $"/book/{branch}");

        await desk.Button("They are here: Comes next").ClickAsync();
        await Expect(desk.Row("Comes next")).ToContainTextAsync($"QF-1Comes next Appointment: {HourOf(next)}");
        await Expect(rows).ToHaveCountAsync(1);
        await desk.Page.Keyboard.PressAsync("n");
        await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync("QF-1");
        await Expect(desk.Page.Locator(".now .badge")).ToHaveTextAsync($"Appointment: {HourOf(next)}");
    }

    private static string CodeOf(JsonElement appointment) => appointment.GetProperty("code").GetString()!;

    private static string IdOf(JsonElement appointment) => appointment.GetProperty("id").GetString()!;

    private static string HourOf(JsonElement appointment) =>
        TimeZoneInfo
            .ConvertTimeBySystemTimeZoneId(
                appointment.GetProperty("start").GetDateTimeOffset(),
                appointment.GetProperty("timeZone").GetString()!
            )
            .ToString("HH:mm", CultureInfo.InvariantCulture);

    private static ILocator Key(Device kiosk, char sign) =>
        kiosk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"{sign}", Exact = true });

    private static async Task EnterAsync(Device kiosk, string code)
    {
        await Expect(kiosk.Page.Locator(".code-keys")).ToBeVisibleAsync();
        await kiosk.Page.Keyboard.TypeAsync(code);
        await kiosk.Page.Keyboard.PressAsync("Enter");
    }

    private Task<JsonElement> BookAsync(string queue, DateTimeOffset start, string name) =>
        system.Admin.BookAsync(queue, start.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), name);

    // The id of the appointment, which its ticket has, too.
    private async Task<string> ArriveAsync(string queue, DateTimeOffset start, string name)
    {
        var id = IdOf(await BookAsync(queue, start, name));
        await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/appointments/{id}/arrive");
        return id;
    }

    // A kiosk that runs, and counts what it prints.
    private async Task<Device> OpenKioskAsync(string queue, bool clock = false)
    {
        var kiosk = await system.OpenAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1080, Height = 1280 },
                HasTouch = true,
                // What it asks for would pass by the routes of a test.
                ServiceWorkers = ServiceWorkerPolicy.Block,
            }
        );
        await kiosk.KeepAsync("kiosk", $$"""{"queues":["{{queue}}"],"pin":"2468","print":true,"language":"en","locked":true}""");
        await kiosk.Context.AddInitScriptAsync("window.printed = 0; window.print = () => { window.printed++; };");
        if (clock)
            await kiosk.Page.Clock.InstallAsync();
        await kiosk.GoToAsync("/kiosk");
        return kiosk;
    }

    // A branch of its own with two queues, of which the second takes appointments, if they may come so many seconds before.
    private async Task<(string WalkIns, string Queue)> PlaceAsync(string name, int? early)
    {
        var branch = await system.Admin.ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/branches",
            new { name, timeZone = "UTC" }
        );
        var branchId = IdOf(branch);
        var walkIns = await system.Admin.DefineQueueAsync(new { name = "Walk in", branchId });
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "By time",
                branchId,
                booking = early is null ? null : new { slotLength = 1800, early },
            }
        );
        return (walkIns, queue);
    }
}
