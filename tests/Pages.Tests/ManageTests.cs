using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>What managers do: queues, counters, branches, people, and looking at days.</summary>
public sealed class ManageTests(SystemWithPages system)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 20_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Staff_make_a_link_for_their_calendar_copy_it_see_that_it_is_read_and_revoke_it()
    {
        var branch = await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/branches", new { name = "Followed" });
        var branchId = branch.GetProperty("id").GetString();
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Boat papers",
                branchId,
                booking = new { slotLength = 1800, earliest = 3600 },
            }
        );
        await system.Admin.SlotsAsync(queue);
        await system.Admin.BookAsync(queue);
        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync("/manage/appointments");
        await desk.Page.GetByLabel("Branch").SelectOptionAsync("Followed");
        await desk.Button("Make a link").ClickAsync();
        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Queue").SelectOptionAsync("Boat papers");
        Assert.Empty(await desk.ViolationsAsync());
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Make a link" }).ClickAsync();

        var link = await dialog.GetByLabel("Link").InputValueAsync();
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Copy" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("Copied.");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Back" }).ClickAsync();
        var feed = new Uri(system.Address, new Uri(link).PathAndQuery);
        using var calendar = new HttpClient();
        Assert.Contains("SUMMARY:Boat papers", await calendar.GetStringAsync(feed, Token), StringComparison.Ordinal);

        var row = desk.RowOf("Boat papers").Filter(new LocatorFilterOptions { Has = desk.Button("Revoke") });
        await Expect(row).ToContainTextAsync("–");
        await desk.Page.ReloadAsync();
        await desk.Page.GetByLabel("Branch").SelectOptionAsync("Followed");
        var known = await system.Admin.GetAsync($"/api/appointments/feeds?branchId={branchId}");
        var read = DateOnly.Parse(known.GetProperty("items")[0].GetProperty("lastUsedOn").GetString()!, CultureInfo.InvariantCulture);
        await Expect(row).ToContainTextAsync(read.ToString("dddd d MMMM", CultureInfo.InvariantCulture));
        Assert.DoesNotContain(new Uri(link).Segments[^1], await desk.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(await desk.ViolationsAsync());
        await desk.Button("Revoke: Boat papers").ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Revoke" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        using var gone = await calendar.GetAsync(feed, Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_manager_sets_everything_there_is_to_a_queue_and_letters_that_are_taken_are_said_at_the_field()
    {
        await system.DefineQueueAsync("Taken letters", "TL");
        var queue = await system.DefineQueueAsync("Settings", "SE");
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("Settings");
        await desk.Button("Change: Settings").ClickAsync();
        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        foreach (
            var (label, value) in new[]
            {
                ("Most numbers at once", "77"),
                ("Usual service, minutes", "4.5"),
                ("Wait to aim for", "12"),
                ("Head start for priority", "10"),
                ("Did not come after", "3"),
                ("Calls again, at most", "5"),
                ("May come back within", "20"),
                ("After closing, still served", "45"),
            }
        )
            await dialog.GetByLabel(label).FillAsync(value);
        await dialog.GetByLabel("Numbers begin again").SelectOptionAsync("never");
        await dialog.GetByLabel("Description").FillAsync("Bring a photograph.");
        var zone = dialog.GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Time zone", Exact = true });
        await zone.GetByLabel("As its branch has it").UncheckAsync();
        await zone.GetByLabel("Time zone").FillAsync("Asia/Tokyo");
        var hours = dialog.GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Opening hours", Exact = true });
        await hours.GetByLabel("As its branch has it").UncheckAsync();
        await hours.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Add hours" }).ClickAsync();
        await hours.GetByLabel("Day").SelectOptionAsync("friday");
        await hours.GetByLabel("Opens").FillAsync("22:00");
        await Expect(hours.GetByText("until the next day")).ToBeVisibleAsync();
        await hours.GetByLabel("Closes").FillAsync("02:00");
        await Expect(hours.GetByText("until the next day")).ToBeVisibleAsync();
        var closures = dialog.GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Closed by date", Exact = true });
        await closures.GetByLabel("As its branch has it").UncheckAsync();
        await closures.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Add times" }).ClickAsync();
        await closures.GetByLabel("Closed from").FillAsync("2030-03-01T09:00");
        await closures.GetByLabel("Closed until").FillAsync("2030-03-01T10:30");

        var letters = dialog.GetByLabel("Letters before the number");
        await letters.FillAsync("TL");
        await desk.Button("Save").ClickAsync();
        await Expect(letters).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(dialog.Locator(".field-error")).ToContainTextAsync("TL");
        await letters.FillAsync("SX");
        await desk.Button("Save").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();

        var kept = await system.Admin.GetAsync($"/api/queues/{queue}");
        Assert.Equal(
            (77, 270, 720, 600, 180, 5, 1200, 2700),
            (
                Number("maxActiveTickets"),
                Number("averageServiceTime"),
                Number("slaWaitTime"),
                Number("priorityHeadStart"),
                Number("noShowAfter"),
                Number("maxRecalls"),
                Number("rejoinGrace"),
                Number("expireAfterClosing")
            )
        );
        Assert.Equal("never", kept.GetProperty("numberReset").GetString());
        Assert.Equal("Asia/Tokyo", kept.GetProperty("timeZone").GetString());
        Assert.Equal("SX", kept.GetProperty("prefix").GetString());
        Assert.Equal("Bring a photograph.", kept.GetProperty("description").GetString());
        Assert.Equal("""[{"day":"friday","opens":"22:00","closes":"02:00"}]""", kept.GetProperty("openingHours").GetRawText());
        // Nine o'clock in Tokyo.
        Assert.StartsWith("2030-03-01T00:00:00", kept.GetProperty("closures")[0].GetProperty("from").GetString(), StringComparison.Ordinal);

        await desk.FindAsync("Settings");
        await desk.Button("Change: Settings").ClickAsync();
        await Expect(dialog.GetByLabel("Did not come after")).ToHaveValueAsync("3");
        await dialog.GetByLabel("Did not come after").FillAsync("");
        await dialog.GetByLabel("Head start for priority").FillAsync("");
        await hours.GetByLabel("As its branch has it").CheckAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        kept = await system.Admin.GetAsync($"/api/queues/{queue}");
        Assert.Equal(JsonValueKind.Null, kept.GetProperty("noShowAfter").ValueKind);
        Assert.Equal(JsonValueKind.Null, kept.GetProperty("priorityHeadStart").ValueKind);
        Assert.Equal("""["timeZone","closures"]""", kept.GetProperty("own").GetRawText());

        int Number(string name) => kept.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_manager_says_how_a_queue_takes_appointments_and_that_it_takes_none()
    {
        var queue = await system.DefineQueueAsync("Appointed");
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("Appointed");
        await desk.Button("Change: Appointed").ClickAsync();
        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Takes appointments").CheckAsync();
        foreach (
            var (label, value) in new[]
            {
                ("Length of a slot", "2.5"),
                ("Places in a slot", "3"),
                ("Booked until", "60"),
                ("Changed until", "120"),
                ("Booked ahead", "14"),
                ("May arrive before", "20"),
                ("May arrive after", "5"),
                ("Called in a row", "4"),
            }
        )
            await dialog.GetByLabel(label).FillAsync(value);
        var hours = dialog.GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Times for appointments", Exact = true });
        await hours.GetByLabel("Within the opening hours").UncheckAsync();
        await hours.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Add hours" }).ClickAsync();
        await hours.GetByLabel("Opens").FillAsync("10:00");
        await hours.GetByLabel("Closes").FillAsync("12:00");
        await desk.Button("Save").ClickAsync();
        await Expect(dialog.GetByLabel("Length of a slot")).ToHaveAccessibleDescriptionAsync("must be whole minutes, in seconds");
        Assert.Empty(await desk.ViolationsAsync());
        await dialog.GetByLabel("Length of a slot").FillAsync("15");
        await desk.Button("Save").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(
            """{"slotLength":900,"places":3,"hours":[{"day":"monday","opens":"10:00","closes":"12:00"}],"earliest":3600,"latest":7200,"horizon":14,"early":1200,"late":300,"inARow":4}""",
            await BookingAsync()
        );

        await desk.Button("Change: Appointed").ClickAsync();
        await Expect(dialog.GetByLabel("Length of a slot")).ToHaveValueAsync("15");
        await dialog.GetByLabel("Takes appointments").UncheckAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal("null", await BookingAsync());

        async Task<string> BookingAsync() => (await system.Admin.GetAsync($"/api/queues/{queue}")).GetProperty("booking").GetRawText();
    }

    [Fact]
    public async Task Clearing_and_deleting_a_queue_are_behind_a_menu_and_ask_and_work_by_keyboard_alone()
    {
        var queue = await system.DefineQueueAsync("To be cleared", "TC");
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("To be cleared");
        var menu = desk.Button("More: To be cleared");
        await Expect(desk.RowOf("To be cleared").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }))
            .ToHaveCountAsync(0);

        await menu.FocusAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(Item("Clear the queue")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Item("Delete")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Escape");
        await Expect(Item("Delete")).ToBeHiddenAsync();
        await Expect(menu).ToBeFocusedAsync();

        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(Item("Clear the queue")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("loses their number");
        await desk.Page.GetByLabel("Reason").FocusAsync();
        await desk.Page.Keyboard.TypeAsync("Fire alarm");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByText("To be cleared: Cancelled: 2")).ToBeVisibleAsync();
        Assert.All(await system.Admin.AllTicketsAsync(queue), t => Assert.Equal("cancelled", t.GetProperty("status").GetString()));

        await desk.ChooseAsync("To be cleared", "Delete");
        await desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await Expect(desk.RowOf("To be cleared")).ToHaveCountAsync(0);

        ILocator Item(string name) => desk.Page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = name });
    }

    [Fact]
    public async Task A_branch_and_a_counter_of_it_are_made_changed_and_deleted()
    {
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/branches");
        await desk.Button("New branch").ClickAsync();
        await desk.Page.GetByLabel("Name").FillAsync("Harbour office");
        await desk.Page.GetByLabel("Address").FillAsync("1 Quay Street");
        await desk.Page.GetByLabel("Languages").FillAsync("de, en");
        await desk.Page.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await desk.Button("Add Monday to Friday").ClickAsync();
        await desk.Button("Add days").ClickAsync();
        await desk.Page.GetByLabel("Closed from").FillAsync("2030-12-24");
        await desk.Page.GetByLabel("Closed until").FillAsync("2030-12-26");
        await desk.Page.GetByLabel("Reason").FillAsync("Christmas");
        await desk.Button("Save").ClickAsync();
        await desk.FindAsync("Harbour office");
        await Expect(desk.RowOf("Harbour office")).ToContainTextAsync("Europe/Berlin");
        var branch = (await system.Admin.GetAsync("/api/branches?limit=200"))
            .GetProperty("items")
            .EnumerateArray()
            .Single(b => b.GetProperty("name").GetString() == "Harbour office");
        Assert.Equal("1 Quay Street", branch.GetProperty("address").GetString());
        Assert.Equal("""["de","en"]""", branch.GetProperty("languages").GetRawText());
        Assert.Equal(5, branch.GetProperty("openingHours").GetArrayLength());
        Assert.Equal("""[{"from":"2030-12-24","to":"2030-12-26","reason":"Christmas"}]""", branch.GetProperty("closures").GetRawText());
        var id = branch.GetProperty("id").GetString()!;
        foreach (var name in (string[])["Pilots", "Moorings"])
            await system.Admin.DefineQueueAsync(new { name, branchId = id });

        await desk.GoToAsync("/manage/counters");
        await desk.Button("New counter").ClickAsync();
        await desk.Page.GetByLabel("Name").FillAsync("Quay");
        await desk.Page.GetByRole(AriaRole.Dialog).GetByLabel("Branch").SelectOptionAsync(id);
        await desk.Page.GetByLabel("Pilots").CheckAsync();
        await desk.Page.GetByLabel("Moorings").CheckAsync();
        await desk.Button("Move up: Moorings").ClickAsync();
        await desk.Page.GetByLabel("Who is called next").SelectOptionAsync("ranked");
        await desk.Button("Save").ClickAsync();
        await desk.FindAsync("Quay");
        await Expect(desk.RowOf("Quay")).ToContainTextAsync("Moorings › Pilots");
        await desk.Button("Change: Quay").ClickAsync();
        await desk.Page.GetByLabel("Name").FillAsync("Pier");
        await desk.Button("Save").ClickAsync();
        var counter = (await system.Admin.GetAsync($"/api/counters?branchId={id}")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("ranked", counter.GetProperty("rule").GetString());
        await desk.FindAsync("Pier");
        await Expect(desk.RowOf("Pier")).ToBeVisibleAsync();
        await desk.ChooseAsync("Pier", "Delete");
        await ConfirmAsync();
        await Expect(desk.RowOf("Pier")).ToHaveCountAsync(0);

        await desk.GoToAsync("/manage/branches");
        await desk.FindAsync("Harbour office");
        await desk.ChooseAsync("Harbour office", "Delete");
        await ConfirmAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Alert).First).Not.ToBeEmptyAsync();
        await Expect(desk.RowOf("Harbour office")).ToBeVisibleAsync();
        foreach (var queue in (await system.Admin.GetAsync($"/api/queues?branchId={id}")).GetProperty("items").EnumerateArray())
            await system.Admin.ExpectAsync(
                HttpStatusCode.NoContent,
                HttpMethod.Delete,
                $"/api/queues/{queue.GetProperty("id").GetString()}"
            );
        await desk.ChooseAsync("Harbour office", "Delete");
        await ConfirmAsync();
        await Expect(desk.RowOf("Harbour office")).ToHaveCountAsync(0);

        Task ConfirmAsync() =>
            desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();
    }

    [Fact]
    public async Task A_person_is_bound_to_branches_and_sees_only_what_is_in_them()
    {
        var made = await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/branches", new { name = "Bound office" });
        var branch = made.GetProperty("id").GetString()!;
        await system.Admin.DefineQueueAsync(new { name = "Bound queue", branchId = branch });
        await system.DefineQueueAsync("Elsewhere");
        var account = await system.RegisterAsync("operator");
        var email = account.GetProperty("user").GetProperty("email").GetString()!;
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/people");
        await desk.Page.GetByLabel("Search").FillAsync(email);
        await Expect(desk.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await desk.Button("Change: Robin operator").ClickAsync();
        await desk.Page.GetByLabel("All branches").UncheckAsync();
        await desk.Page.GetByLabel("Bound office").CheckAsync();
        // One branch is chosen when not all are; nothing at all would be no binding.
        var other = desk
            .Page.Locator("dialog .check:has(input:checked)")
            .Filter(new LocatorFilterOptions { HasNotText = "Bound office" })
            .GetByRole(AriaRole.Checkbox);
        if (await other.CountAsync() > 0)
            await other.UncheckAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.Locator("tbody tr")).ToContainTextAsync("Bound office");
        var user = await system.Admin.GetAsync($"/api/users/{account.GetProperty("user").GetProperty("id").GetString()}");
        Assert.Equal($"[\"{branch}\"]", user.GetProperty("branchIds").GetRawText());

        await using var bound = await system.OpenAsync();
        await bound.GoToAsync("/manage/queues");
        await bound.Page.GetByLabel("Email").FillAsync(email);
        await bound.Page.GetByLabel("Password").FillAsync(SystemClient.AdminPassword);
        await bound.Button("Sign in").ClickAsync();
        await Expect(bound.RowOf("Bound queue")).ToBeVisibleAsync();
        await Expect(bound.RowOf("Elsewhere")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Lists_carry_more_than_fifty_rows_and_find_one()
    {
        await using var desk = await system.OpenStaffAsync("admin");
        var rows = Enumerable
            .Range(1, 120)
            .Select(i => new
            {
                id = $"m{i}",
                type = "email",
                template = "called",
                subject = "",
                message = $"Message {i}",
                status = "sent",
                attempts = 1,
                createdAt = "2026-11-28T10:00:00Z",
            })
            .ToList();
        await desk.Page.RouteAsync("**/api/notifications?*", async route =>
        {
            var cursor = new Uri(route.Request.Url)
                .Query.Split('&')
                .FirstOrDefault(p => p.StartsWith("cursor=", StringComparison.Ordinal))
                ?["cursor=".Length..];
            var from = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
            var page = new { items = rows.Skip(from).Take(50), nextCursor = from + 50 < rows.Count ? $"{from + 50}" : null };
            await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = JsonSerializer.Serialize(page) });
        });
        await desk.GoToAsync("/manage/messages");
        var shown = desk.Page.Locator("tbody tr");
        foreach (var count in (int[])[50, 100, 120])
        {
            await Expect(shown).ToHaveCountAsync(count);
            if (count < 120)
                await desk.Button("Show more").ClickAsync();
        }

        await Expect(desk.Button("Show more")).ToBeHiddenAsync();

        for (var i = 0; i < 55; i++)
            await system.DefineCounterAsync($"Many {i:00}");
        await desk.GoToAsync("/manage/counters");
        await Expect(shown).ToHaveCountAsync(50);
        await desk.Button("Show more").ClickAsync();
        await Expect(shown).Not.ToHaveCountAsync(50);
        await desk.FindAsync("many 54");
        await Expect(shown).ToHaveCountAsync(1);
        await Expect(desk.RowOf("Many 54")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Today_and_history_tell_of_a_queue_a_branch_and_the_house_with_charts_that_are_tables_too()
    {
        var made = await system.Admin.ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/branches",
            new { name = "Measured office", timeZone = "Pacific/Auckland" }
        );
        var branch = made.GetProperty("id").GetString()!;
        var queue = await system.Admin.DefineQueueAsync(new { name = "Measured", branchId = branch });
        await system.Admin.DefineQueueAsync(new { name = "Measured beside", branchId = branch });
        await system.Admin.TakeAsync(queue);
        var called = await system.Admin.CallNextAsync(queue, "Measure");
        await system.Admin.MoveAsync(called.GetProperty("id").GetString()!, "served");
        await system.Admin.FiguresAsync(queue, f => f.GetProperty("counts").GetProperty("served").GetInt32() == 1);
        await using var desk = await system.OpenStaffAsync();
        var plots = new List<string>();
        desk.Page.Request += (_, r) => plots.Add(new Uri(r.Url).AbsolutePath);
        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("Measured beside");
        await Expect(desk.RowOf("Measured beside")).ToBeVisibleAsync();
        Assert.DoesNotContain(plots, p => p.Contains("plot", StringComparison.Ordinal));

        foreach (
            var (path, scopes) in new[]
            {
                ("/manage", new[] { queue, $"branch:{branch}", "" }),
                ("/manage/history", [queue, $"branch:{branch}", ""]),
            }
        )
        {
            await desk.GoToAsync(path);
            foreach (var scope in scopes)
            {
                await desk.Page.GetByLabel("Queue or branch").SelectOptionAsync(scope);
                var volumes = desk.Page.Locator(".chart", new PageLocatorOptions { HasText = "Numbers taken and served" });
                await Expect(volumes.Locator("canvas")).ToBeVisibleAsync(Soon);
                if (scope.Length == 0)
                    continue;
                await Expect(volumes.GetByText("Times in Pacific/Auckland")).ToBeVisibleAsync();
                await volumes.GetByText("As a table").ClickAsync();
                await Expect(volumes.Locator("tbody tr")).ToHaveCountAsync(1);
                await Expect(volumes.Locator("tbody tr td").First).ToHaveTextAsync("1");
                await volumes.GetByText("As a table").ClickAsync();
                await Expect(desk.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Counters", Exact = true }))
                    .ToContainTextAsync("Measure");
            }
        }

        Assert.Contains(plots, p => p.Contains("plot", StringComparison.Ordinal));
        // A week by the hour, until somebody chooses, and a day closer.
        var steps = desk.Page.GetByLabel("In steps of");
        await Expect(steps).ToHaveValueAsync("hour");
        await desk
            .Page.GetByLabel("From")
            .FillAsync(await desk.Page.GetByLabel("To", new PageGetByLabelOptions { Exact = true }).InputValueAsync());
        await Expect(steps).ToHaveValueAsync("quarter");
        await steps.SelectOptionAsync("day");
        await Expect(steps).ToHaveValueAsync("day");
        await Expect(desk.Page.Locator(".heat thead th")).ToHaveCountAsync(25);
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "People at counters" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task History_begins_with_the_days_of_the_clock_that_most_queues_of_a_place_go_by()
    {
        // A day and an hour lie between the two, so that they never have the same date.
        var made = await system.Admin.ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/branches",
            new { name = "Far off", timeZone = "Pacific/Kiritimati" }
        );
        var branch = made.GetProperty("id").GetString()!;
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Farther off",
                branchId = branch,
                timeZone = "Pacific/Pago_Pago",
            }
        );
        await system.Admin.TakeAsync(queue);
        await system.Admin.FiguresAsync(queue, f => f.GetProperty("counts").GetProperty("created").GetInt32() == 1);
        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync("/manage/history");
        await desk.Page.GetByLabel("Queue or branch").SelectOptionAsync($"branch:{branch}");
        var last = desk.Page.GetByLabel("To", new PageGetByLabelOptions { Exact = true });
        var there = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Pacific/Pago_Pago"));
        // Midnight may pass meanwhile.
        await Expect(last).ToHaveValueAsync(new Regex($"{there:yyyy-MM-dd}|{there.AddDays(1):yyyy-MM-dd}"));
        await desk.Page.GetByLabel("From").FillAsync(await last.InputValueAsync());
        await Expect(desk.Page.Locator(".heat thead th")).ToHaveCountAsync(25);
    }

    [Fact]
    public async Task Today_and_history_tell_who_booked_came_and_waited_apart_from_walk_ins_and_nothing_where_nobody_books()
    {
        var made = await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/branches", new { name = "Booked office" });
        var branchId = made.GetProperty("id").GetString()!;
        var booking = new { slotLength = 60, early = 24 * 3600 };
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Booked",
                branchId,
                booking,
            }
        );
        var walkIns = await system.Admin.DefineQueueAsync(new { name = "Walked in", branchId });
        var start = (await system.Admin.SlotsAsync(queue))[30];
        var booked = (await system.Admin.BookAsync(queue, start)).GetProperty("id").GetString()!;
        await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/appointments/{booked}/arrive");
        await system.Admin.CallNextAsync(queue, "Booked desk");
        await system.Admin.MoveAsync(booked, "served");
        await system.Admin.TakeAsync(queue);
        await system.Admin.CallNextAsync(queue, "Booked desk");
        await system.Admin.TakeAsync(walkIns);
        await system.Admin.FiguresAsync(queue, f =>
            f.GetProperty("appointments") is { ValueKind: JsonValueKind.Object } a
            && a.GetProperty("arrivals").GetProperty("early").GetInt32() == 1
            && a.GetProperty("walkIns").GetProperty("called").GetInt32() == 1
            && f.GetProperty("counts").GetProperty("served").GetInt32() == 1
        );
        await using var desk = await system.OpenStaffAsync();
        foreach (var path in (string[])["/manage", "/manage/history"])
        {
            await desk.GoToAsync(path);
            var figures = desk.Page.Locator(".appointment-figures");
            foreach (var scope in (string[])[queue, $"branch:{branchId}"])
            {
                await desk.Page.GetByLabel("Queue or branch").SelectOptionAsync(scope);
                await Expect(figures.Locator("dl div").Filter(new LocatorFilterOptions { HasText = "Came on time" }))
                    .ToContainTextAsync(new Regex("^Came on time0\\s?%1 early, 0 late, mean −\\d+:\\d\\d"));
                await Expect(figures.Locator("dl div").Filter(new LocatorFilterOptions { HasText = "Called within 10 minutes" }))
                    .ToContainTextAsync(new Regex("100\\s?%"));
                await Expect(figures.Locator("tbody tr")).ToHaveTextAsync([new Regex("^With an appointment10:00"), new Regex("^Without1")]);
            }

            Assert.Empty(await desk.ViolationsAsync());
            await desk.Page.GetByLabel("Queue or branch").SelectOptionAsync(walkIns);
            await Expect(desk.Page.Locator(".summary").First).ToContainTextAsync("Numbers taken1");
            await Expect(figures).ToHaveCountAsync(0);
        }
    }

    [Theory]
    [InlineData("de-DE", ';')]
    [InlineData("es-ES", ';')]
    [InlineData("en-GB", ',')]
    public async Task Figures_and_visits_are_downloaded_as_a_spreadsheet_of_the_region_reads_them(string locale, char separator)
    {
        var queue = await system.DefineQueueAsync($"Sheet {locale}");
        await system.Admin.TakeAsync(queue);
        await system.Admin.FiguresAsync(queue, f => f.GetProperty("counts").GetProperty("created").GetInt32() == 1);
        await using var desk = await system.OpenStaffAsync("operator", new BrowserNewContextOptions { Locale = locale });
        await desk.GoToAsync("/manage/history");
        await desk.Page.Locator(".filters select").First.SelectOptionAsync(queue);
        foreach (var (index, name) in new[] { (0, "report"), (1, "visits") })
        {
            var download = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Page.Locator(".filters button").Nth(index).ClickAsync());
            Assert.StartsWith(name, download.SuggestedFilename, StringComparison.Ordinal);
            await using var content = await download.CreateReadStreamAsync();
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.Equal([0xEF, 0xBB, 0xBF], bytes.ToArray()[..3]);
            var rows = System.Text.Encoding.UTF8.GetString(bytes.ToArray()[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(name == "report" ? 3 : 2, rows.Length);
            Assert.Contains($"\"Sheet {locale}\"{separator}", rows[1], StringComparison.Ordinal);
            Assert.All(rows, r => Assert.Equal(rows[0].Count(c => c == separator), r.Count(c => c == separator)));
        }
    }
}
