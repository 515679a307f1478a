using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>Somebody books a time, and looks after it.</summary>
public sealed class BookingTests(SystemWithPages system)
{
    private static readonly Regex PageOfAppointment = new("/a/[^#?]+#.{20,}");

    private static readonly Regex HeldUntil = new("We hold this time for you until [0-9]{2}:[0-9]{2}\\.");

    private static PageAssertionsToHaveURLOptions Patient => new() { Timeout = 20_000 };

    [Fact]
    public async Task A_time_is_booked_with_three_taps_and_a_name_and_shown_by_the_clock_of_the_place()
    {
        var (branch, queue) = await PlaceAsync("Ferry terminal", "Asia/Tokyo");
        var options = Device.Phone;
        options.TimezoneId = "America/New_York";
        await using var phone = await system.OpenAsync(options);
        await phone.GoToAsync($"/book/{branch}");
        await Expect(phone.Heading("What is it about?")).ToBeVisibleAsync();
        var violations = new List<string>(await phone.ViolationsAsync());
        // The other one takes no appointments.
        await Expect(phone.Button("Without times")).ToBeHiddenAsync();

        await phone.Button("Ship papers").TapAsync();
        await phone.Page.Locator(".choices button").First.TapAsync();
        await Expect(phone.Heading("What time?")).ToBeFocusedAsync();
        await Expect(phone.Page.GetByText("All times are those of the place (Japan Standard Time).")).ToBeVisibleAsync();
        violations.AddRange(await phone.ViolationsAsync());
        await phone.Page.Locator(".times button").First.TapAsync();

        await Expect(phone.Heading("Who comes?")).ToBeFocusedAsync();
        violations.AddRange(await phone.ViolationsAsync());
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        await phone.Page.GetByLabel("Email").FillAsync("grace@example.com");
        await phone.Page.GetByLabel("What should we know?").FillAsync("By wheelchair");
        await phone.Button("Book this time").TapAsync();

        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        await Expect(phone.Heading("Ship papers")).ToBeVisibleAsync();
        violations.AddRange(await phone.ViolationsAsync());
        Assert.Empty(violations);
        var booked = Assert.Single(await AllAsync(queue));
        Assert.Equal(
            ("booked", "Grace", "grace@example.com", "By wheelchair", "en"),
            (Text("status"), Text("customerName"), Text("email"), Text("notes"), Text("language"))
        );
        var there = booked.GetProperty("start").GetDateTimeOffset().ToOffset(TimeSpan.FromHours(9));
        await Expect(phone.Page.Locator(".appointment"))
            .ToContainTextAsync(there.ToString("dddd d MMMM, HH:mm", CultureInfo.InvariantCulture));
        await Expect(phone.Page.Locator(".appointment")).ToContainTextAsync("Ferry terminal, Pier 1");
        await Expect(phone.Page.Locator(".appointment .code")).ToHaveTextAsync(new Regex("^[2-9A-Z]{8}$"));
        await Expect(phone.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "QR code for the kiosk's scanner" }))
            .ToBeVisibleAsync();

        string? Text(string member) => booked.GetProperty(member).GetString();
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_nothing_is_booked()
    {
        var (branch, queue) = await PlaceAsync("Wrong fields");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/book/{branch}?queue={queue}");
        await ToContactAsync(phone);
        await phone.Page.GetByLabel("Phone").FillAsync("12");
        await phone.Page.GetByLabel("Email").FillAsync("nobody");
        await phone.Button("Book this time").TapAsync();

        var name = phone.Page.GetByLabel("Name");
        await Expect(name).ToBeFocusedAsync();
        await Expect(name).ToHaveAccessibleDescriptionAsync("Please tell us your name.");
        await Expect(phone.Page.GetByLabel("Phone"))
            .ToHaveAccessibleDescriptionAsync("That is not a whole phone number. Please look at it again.");
        await Expect(phone.Page.GetByLabel("Email"))
            .ToHaveAccessibleDescriptionAsync("That is not a whole email address. Please look at it again.");
        Assert.Empty(await AllAsync(queue));

        await name.FillAsync("Grace");
        await phone.Page.GetByLabel("Phone").FillAsync("");
        await phone.Page.GetByLabel("Email").FillAsync("");
        await phone.Button("Book this time").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        Assert.Single(await AllAsync(queue));
    }

    [Fact]
    public async Task A_time_that_is_taken_meanwhile_offers_the_nearest_and_keeps_what_was_typed()
    {
        var (branch, queue) = await PlaceAsync("Taken meanwhile");
        var free = await system.Admin.SlotsAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/book/{branch}?queue={queue}&day={free[3][..10]}");
        var time = phone.Page.Locator(".times button").GetByText(WhenOf(free[3])[^5..], new LocatorGetByTextOptions { Exact = true });
        await Expect(time).ToBeVisibleAsync();
        await system.Admin.BookAsync(queue, free[3]);
        await time.TapAsync();
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        await phone.Page.GetByLabel("What should we know?").FillAsync("With a pram");

        await Expect(phone.Page.GetByRole(AriaRole.Alert).Filter(new LocatorFilterOptions { HasText = "These are free" }))
            .ToBeVisibleAsync();
        var offered = phone.Page.Locator(".choices button");
        await Expect(offered).ToHaveCountAsync(6);
        await Expect(offered.Nth(0)).ToHaveTextAsync(WhenOf(free[0]));
        // The one that is gone is not among them.
        await Expect(offered.Nth(3)).ToHaveTextAsync(WhenOf(free[4]));
        Assert.Empty(await phone.ViolationsAsync());
        await offered.Nth(3).TapAsync();

        await Expect(phone.Page.GetByLabel("Name")).ToHaveValueAsync("Grace");
        await Expect(phone.Button("Book this time")).ToBeFocusedAsync();
        await phone.Button("Book this time").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        var booked = Assert.Single(await AllAsync(queue), a => a.GetProperty("customerName").GetString() == "Grace");
        Assert.Equal((free[4], "With a pram"), (booked.GetProperty("start").GetString(), booked.GetProperty("notes").GetString()));
    }

    [Fact]
    public async Task A_time_is_held_while_one_types_also_when_the_page_is_loaded_again_and_free_when_one_turns_away()
    {
        var (branch, queue) = await PlaceAsync("Held meanwhile");
        var free = await system.Admin.SlotsAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/book/{branch}?queue={queue}");
        await ToContactAsync(phone);
        await Expect(phone.Page.GetByText(HeldUntil)).ToBeVisibleAsync();
        Assert.Empty(await phone.ViolationsAsync());
        Assert.DoesNotContain(free[0], await system.Admin.SlotsAsync(queue));
        Assert.Empty(await AllAsync(queue));

        await phone.Button("Choose another time").TapAsync();
        await Expect(phone.Heading("What time?")).ToBeVisibleAsync();
        await IsFreeAsync();
        await phone.Page.Locator(".times button").First.TapAsync();
        await Expect(phone.Page.GetByText(HeldUntil)).ToBeVisibleAsync();
        Assert.DoesNotContain(free[0], await system.Admin.SlotsAsync(queue));
        await phone.Page.EvaluateAsync("history.back()");
        await IsFreeAsync();

        await phone.Page.Locator(".times button").First.TapAsync();
        await Expect(phone.Page.GetByText(HeldUntil)).ToBeVisibleAsync();
        await phone.Page.ReloadAsync();
        await Expect(phone.Page.GetByText(HeldUntil)).ToBeVisibleAsync();
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        await phone.Button("Book this time").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        Assert.Equal(free[0], Assert.Single(await AllAsync(queue)).GetProperty("start").GetString());

        Task IsFreeAsync() => Eventually.TrueAsync(async () => (await system.Admin.SlotsAsync(queue)).Contains(free[0]));
    }

    [Fact]
    public async Task A_time_that_is_no_longer_held_is_said_and_shown_again_among_the_free_ones_with_what_was_typed()
    {
        var (branch, queue) = await PlaceAsync("Held no longer");
        var free = await system.Admin.SlotsAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        var held = await phone.Page.RunAndWaitForResponseAsync(
            () => phone.GoToAsync($"/book/{branch}?queue={queue}&start={free[3]}"),
            answer => answer.Request.Method == "POST" && answer.Url.EndsWith("/api/appointments", StringComparison.Ordinal)
        );
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        // As it is when it has run out.
        var id = (await held.JsonAsync())!.Value.GetProperty("id").GetString();
        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"/api/appointments/{id}");
        await phone.Button("Book this time").TapAsync();

        await Expect(phone.Page.GetByText("We no longer hold this time for you. These are free:")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText(HeldUntil)).ToBeHiddenAsync();
        Assert.Empty(await AllAsync(queue));
        Assert.Empty(await phone.ViolationsAsync());
        await phone.Button(WhenOf(free[3])).TapAsync();
        await Expect(phone.Page.GetByText(HeldUntil)).ToBeVisibleAsync();
        await Expect(phone.Page.GetByLabel("Name")).ToHaveValueAsync("Grace");
        await phone.Button("Book this time").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        Assert.Equal(free[3], Assert.Single(await AllAsync(queue)).GetProperty("start").GetString());
    }

    [Fact]
    public async Task When_the_hold_runs_out_it_is_said_while_one_types()
    {
        var (branch, queue) = await PlaceAsync("Runs out");
        var free = await system.Admin.SlotsAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.Page.RouteAsync("**/api/appointments", async route =>
        {
            var answer = await route.FetchAsync();
            var held = JsonNode.Parse(await answer.TextAsync())!;
            held["heldUntil"] = DateTime.UtcNow.AddSeconds(3);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = held.ToJsonString() });
        });
        await phone.GoToAsync($"/book/{branch}?queue={queue}&start={free[0]}");
        await phone.Page.GetByLabel("Name").FillAsync("Grace");

        await Expect(phone.Page.GetByText("We no longer hold this time for you. These are free:")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByLabel("Name")).ToHaveValueAsync("Grace");
        await Expect(phone.Page.GetByLabel("Name")).ToBeFocusedAsync();
        Assert.Empty(await AllAsync(queue));
    }

    [Fact]
    public async Task An_appointment_is_moved_put_into_a_calendar_and_cancelled()
    {
        var (_, queue) = await PlaceAsync("Moved and cancelled");
        var (id, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page);
        await phone.Button("Choose another time").TapAsync();
        await Expect(phone.Heading("Which day?")).ToBeFocusedAsync();
        await phone.Page.Locator(".choices button").Nth(1).TapAsync();
        await phone.Page.Locator(".times button").Nth(1).TapAsync();
        Assert.Empty(await phone.ViolationsAsync());
        await phone.Button("Move it to this time").TapAsync();
        await Expect(phone.Page.GetByText("Your appointment was moved.")).ToBeVisibleAsync();

        var moved = await ReadAsync(id);
        var start = moved.GetProperty("start").GetDateTimeOffset();
        Assert.Equal(
            DateOnly
                .FromDateTime(DateTimeOffset.Parse((await system.Admin.SlotsAsync(queue))[0], CultureInfo.InvariantCulture).UtcDateTime)
                .AddDays(1),
            DateOnly.FromDateTime(start.UtcDateTime)
        );
        await Expect(phone.Page.Locator(".appointment")).ToContainTextAsync(WhenOf(moved.GetProperty("start").GetString()!));

        var download = await phone.Page.RunAndWaitForDownloadAsync(() =>
            phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Add to calendar" }).TapAsync()
        );
        var calendar = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Contains($"UID:{id}@", calendar, StringComparison.Ordinal);
        Assert.Contains(start.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture), calendar, StringComparison.Ordinal);

        await phone.Button("Cancel the appointment").TapAsync();
        await phone.Button("Keep the appointment").TapAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        Assert.Equal("booked", (await ReadAsync(id)).GetProperty("status").GetString());
        await phone.Button("Cancel the appointment").TapAsync();
        await phone.Button("Yes, cancel it").TapAsync();
        await Expect(phone.Page.GetByText("This appointment was cancelled.")).ToBeVisibleAsync();
        await Expect(phone.Button("Cancel the appointment")).ToBeHiddenAsync();
        Assert.Equal("cancelled", (await ReadAsync(id)).GetProperty("status").GetString());
        await phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Book a time" }).TapAsync();
        await Expect(phone.Heading("Which day?")).ToBeVisibleAsync();
        Assert.Contains("/book/", phone.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_is_taken_while_one_moves_offers_the_nearest()
    {
        var (_, queue) = await PlaceAsync("Moving to a taken one");
        var free = await system.Admin.SlotsAsync(queue);
        var (id, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page.Replace("#", $"?move=1&start={free[8]}#", StringComparison.Ordinal));
        await Expect(phone.Button("Move it to this time")).ToBeVisibleAsync();
        await system.Admin.BookAsync(queue, free[8]);
        await phone.Button("Move it to this time").TapAsync();
        await phone.Button(WhenOf(free[9])).TapAsync();
        await phone.Button("Move it to this time").TapAsync();
        await Expect(phone.Page.GetByText("Your appointment was moved.")).ToBeVisibleAsync();
        Assert.Equal(free[9], (await ReadAsync(id)).GetProperty("start").GetString());
    }

    [Fact]
    public async Task Whoever_is_too_late_or_was_cancelled_meanwhile_is_told_so()
    {
        var (_, queue) = await PlaceAsync("Changes too late");
        var (id, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page);
        await phone.Button("Cancel the appointment").TapAsync();
        // Meanwhile the house changes what is too late.
        await system.Admin.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Patch,
            $"/api/queues/{queue}",
            new { booking = new { slotLength = 1800, latest = 366 * 24 * 3600 } }
        );
        using var guest = new SystemClient(system.Address);
        await Eventually.TrueAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/appointments/{id}")
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { notes = "" }),
                Headers = { { "X-Tracking-Token", page.Split('#')[1] } },
            };
            using var answer = await guest.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.Conflict;
        });
        await phone.Button("Yes, cancel it").TapAsync();
        await Expect(phone.Page.GetByText("It is too late to change it here. Please ask at the desk.").First).ToBeVisibleAsync();
        Assert.Equal("booked", (await ReadAsync(id)).GetProperty("status").GetString());
        await phone.Page.ReloadAsync();
        await Expect(phone.Page.GetByText("It is too late to change it here. Please ask at the desk.")).ToBeVisibleAsync();
        await Expect(phone.Button("Cancel the appointment")).ToBeHiddenAsync();
        await Expect(phone.Button("Choose another time")).ToBeHiddenAsync();

        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"/api/appointments/{id}");
        await phone.Page.ReloadAsync();
        await Expect(phone.Page.GetByText("This appointment was cancelled. You are not expected then.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_says_that_they_are_here_gets_a_number_and_finds_it_again()
    {
        var (_, queue) = await PlaceAsync("Here now");
        await SetArrivalAsync(queue, early: 24 * 3600, places: 2);
        var (id, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page);
        await phone.Button("I am here").TapAsync();
        await Expect(phone.Heading("C-1")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText($"Appointment: {WhenOf((await ReadAsync(id)).GetProperty("start").GetString()!)[^5..]}"))
            .ToBeVisibleAsync();
        Assert.EndsWith($"/t/{id}#{page.Split('#')[1]}", phone.Page.Url, StringComparison.Ordinal);

        await Eventually.TrueAsync(async () => (await ReadAsync(id)).GetProperty("status").GetString() == "arrived");
        await phone.GoToAsync(page);
        await Expect(phone.Page.GetByText("You have a number now")).ToBeVisibleAsync();
        Assert.Empty(await phone.ViolationsAsync());
        await phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "To your number" }).TapAsync();
        await Expect(phone.Heading("C-1")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_is_too_early_is_told_from_when_on_they_can_say_that_they_are_here()
    {
        var (_, queue) = await PlaceAsync("Too early");
        var (id, page) = await BookedAsync(queue);
        var opens = (await ReadAsync(id)).GetProperty("start").GetDateTimeOffset().AddSeconds(-900);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page);
        await Expect(phone.Page.GetByText($"From {opens.ToString("HH:mm", CultureInfo.InvariantCulture)} on you can tell us here"))
            .ToBeVisibleAsync();
        await Expect(phone.Button("I am here")).ToBeHiddenAsync();

        // What the page offers, the server may refuse: the house has other times by now.
        await SetArrivalAsync(queue, early: 24 * 3600, places: 3);
        await phone.Page.ReloadAsync();
        await Expect(phone.Button("I am here")).ToBeVisibleAsync();
        await SetArrivalAsync(queue, early: 0, places: 4);
        await phone.Button("I am here").TapAsync();
        await Expect(phone.Page.GetByText("You cannot tell us here at this time that you have come.")).ToBeVisibleAsync();
        Assert.Equal("booked", (await ReadAsync(id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("no_show", "You were expected and did not come.", "To your number")]
    [InlineData("cancelled", "This appointment was cancelled.", "Book a time")]
    [InlineData("served", "Thank you for your visit.", "Book a time")]
    [InlineData("arrived", "You have a number now", "To your number")]
    public async Task What_became_of_it_is_said_with_the_way_on(string status, string said, string way)
    {
        var (_, queue) = await PlaceAsync($"Became {status}");
        var (id, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.Page.RouteAsync($"**/api/appointments/{id}", async route =>
        {
            var answer = await route.FetchAsync();
            var text = (await answer.TextAsync())
                .Replace("\"booked\"", $"\"{status}\"", StringComparison.Ordinal)
                .Replace("\"ticketId\":null", "\"ticketId\":\"t1\"", StringComparison.Ordinal);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = text });
        });
        await phone.GoToAsync(page);
        await Expect(phone.Page.GetByText(said)).ToBeVisibleAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = way })).ToBeVisibleAsync();
        await Expect(phone.Button("Cancel the appointment")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task How_far_the_line_is_behind_is_said_on_its_page()
    {
        var (_, queue) = await PlaceAsync("Behind");
        var (id, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page);
        await Expect(phone.Button("Cancel the appointment")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText("minutes behind")).ToBeHiddenAsync();
        await phone.Page.RouteAsync($"**/api/appointments/{id}", async route =>
        {
            var answer = await route.FetchAsync();
            var text = (await answer.TextAsync()).Replace("\"behind\":0", "\"behind\":1500", StringComparison.Ordinal);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = text });
        });
        await phone.Page.ReloadAsync();
        await Expect(phone.Page.GetByText("The line is about 25 minutes behind. You may come that much later.")).ToBeVisibleAsync();
        Assert.Empty(await phone.ViolationsAsync());
    }

    [Fact]
    public async Task Hours_that_change_are_told_to_whom_they_hit()
    {
        var (_, queue) = await PlaceAsync("Hours change");
        var (id, page) = await BookedAsync(queue);
        var day = (await ReadAsync(id)).GetProperty("start").GetString()![..10];
        await CloseAsync(queue, day, day);
        await Eventually.TrueAsync(async () => (await ReadAsync(id)).GetProperty("outsideHours").GetBoolean());
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(page);
        await Expect(phone.Page.GetByText("The opening hours have changed")).ToBeVisibleAsync();
        await phone.Button("Choose another time").TapAsync();
        await phone.Page.Locator(".choices button").First.TapAsync();
        await phone.Page.Locator(".times button").First.TapAsync();
        await phone.Button("Move it to this time").TapAsync();
        await Expect(phone.Page.GetByText("The opening hours have changed")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_keyboard_alone_books_and_cancels()
    {
        var (branch, queue) = await PlaceAsync("Keys only");
        await using var desk = await system.OpenAsync();
        await desk.GoToAsync($"/book/{branch}");
        await TabToAsync(desk, desk.Button("Ship papers"));
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Heading("Which day?")).ToBeFocusedAsync();
        await TabToAsync(desk, desk.Page.Locator(".choices button").First);
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Heading("What time?")).ToBeFocusedAsync();
        await TabToAsync(desk, desk.Page.Locator(".times button").First);
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Heading("Who comes?")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Tab");
        await desk.Page.Keyboard.TypeAsync("Grace");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        await Expect(desk.Heading("Ship papers")).ToBeVisibleAsync();

        await TabToAsync(desk, desk.Button("Cancel the appointment"));
        await desk.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(desk, desk.Button("Yes, cancel it"));
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByText("This appointment was cancelled.")).ToBeVisibleAsync();
        await Expect(desk.Page.Locator("main")).ToBeFocusedAsync();
        Assert.Equal("cancelled", Assert.Single(await AllAsync(queue)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_browsers_way_back_undoes_one_choice_and_keeps_what_was_typed()
    {
        var (branch, _) = await PlaceAsync("Way back");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/book/{branch}");
        await phone.Button("Ship papers").TapAsync();
        await ToContactAsync(phone);
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        await phone.Page.EvaluateAsync("history.back()");
        await Expect(phone.Heading("What time?")).ToBeVisibleAsync();
        await phone.Page.EvaluateAsync("history.back()");
        await Expect(phone.Heading("Which day?")).ToBeVisibleAsync();
        await ToContactAsync(phone);
        await Expect(phone.Page.GetByLabel("Name")).ToHaveValueAsync("Grace");
    }

    [Fact]
    public async Task Days_that_are_closed_are_passed_over_and_later_ones_come_when_they_are_asked_for()
    {
        var (branch, queue) = await PlaceAsync("Closed for weeks");
        var today = DateTime.UtcNow.Date;
        await system.Admin.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Patch,
            $"/api/queues/{queue}",
            new { booking = new { slotLength = 3600, horizon = 60 } }
        );
        await CloseAsync(
            queue,
            today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            today.AddDays(20).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        );
        await Eventually.TrueAsync(async () => (await system.Admin.SlotsAsync(queue)).Count == 0);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/book/{branch}?queue={queue}");
        var days = phone.Page.Locator(".choices button");
        await Expect(days.First).ToContainTextAsync(today.AddDays(21).ToString("dddd d MMMM", CultureInfo.InvariantCulture));
        // Whole days alone are shown, also the last.
        await Expect(days.Last).ToContainTextAsync("Free times: 24");
        var shown = await days.CountAsync();
        await phone.Button("Later days").TapAsync();
        await Expect(days.Nth(shown)).ToBeFocusedAsync();
        await Expect(days.Nth(shown)).ToContainTextAsync("Free times: 24");
        await Expect(days.Nth(shown)).ToContainTextAsync(today.AddDays(21 + shown).ToString("dddd d MMMM", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task What_comes_late_moves_nothing_that_is_there()
    {
        var (branch, queue) = await PlaceAsync("Comes late");
        var (_, page) = await BookedAsync(queue);
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.Context.AddInitScriptAsync(
            "window.moved = 0; new PerformanceObserver(l => l.getEntries().forEach(e => moved += e.value)).observe({ type: 'layout-shift' });"
        );
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await phone.Page.RouteAsync("**/api/**", async route =>
        {
            var (wait, url) = (held.Task, route.Request.Url);
            if (route.Request.Method != "GET" || url.Contains("/slots", StringComparison.Ordinal))
            {
                asked.TrySetResult();
                await wait;
            }

            await route.ContinueAsync();
        });

        await phone.GoToAsync($"/book/{branch}");
        await LateAsync(() => phone.Button("Ship papers").TapAsync(), phone.Page.Locator(".choices button:has(span)").First);
        await phone.GoToAsync(page);
        await LateAsync(() => phone.Button("Choose another time").TapAsync(), phone.Page.Locator(".choices button").First);
        await phone.Page.Locator(".choices button").First.TapAsync();
        await phone.Page.Locator(".times button").First.TapAsync();
        await LateAsync(() => phone.Button("Move it to this time").TapAsync(), phone.Page.GetByText("Your appointment was moved.").First);
        await phone.Button("Cancel the appointment").TapAsync();
        await LateAsync(() => phone.Button("Yes, cancel it").TapAsync(), phone.Page.GetByText("This appointment was cancelled."));

        // The answer comes when all else has come to rest.
        async Task LateAsync(Func<Task> act, ILocator there)
        {
            await act();
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            await FramesAsync();
            await phone.Page.EvaluateAsync("moved = 0");
            var release = held;
            held = new(TaskCreationOptions.RunContinuationsAsynchronously);
            asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            release.SetResult();
            await Expect(there).ToBeVisibleAsync();
            await FramesAsync();
            Assert.Equal(0, await phone.Page.EvaluateAsync<double>("moved"));
        }

        Task FramesAsync() =>
            phone.Page.EvaluateAsync(
                "() => new Promise(done => { let n = 5; const frame = () => (n-- ? requestAnimationFrame(frame) : done()); frame(); })"
            );
    }

    [Fact]
    public async Task Times_that_could_not_be_asked_for_are_asked_for_again()
    {
        var (branch, queue) = await PlaceAsync("Away for now");
        await using var phone = await system.OpenAsync(Device.Phone);
        var away = true;
        await phone.Page.RouteAsync("**/slots?*", route => away ? route.AbortAsync() : route.ContinueAsync());
        await phone.GoToAsync($"/book/{branch}?queue={queue}");
        await Expect(phone.Page.GetByText("No connection. Please try again in a moment.")).ToBeVisibleAsync();
        away = false;
        await phone.Button("Try again").TapAsync();
        await Expect(phone.Page.Locator(".choices button").First).ToContainTextAsync("Free times");
        await Expect(phone.Page.GetByText("No connection. Please try again in a moment.")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task In_the_night_when_the_clocks_are_put_back_the_hour_that_comes_twice_is_told_apart()
    {
        var (branch, queue) = await PlaceAsync("Clocks back", "Europe/Berlin");
        await using var phone = await system.OpenAsync(Device.Phone);
        object Slot(string start) =>
            new
            {
                start,
                end = start,
                left = 1,
            };
        await phone.Page.RouteAsync("**/slots?*", route => route.FulfillAsync(
                new RouteFulfillOptions
                {
                    Json = new
                    {
                        queueId = queue,
                        timeZone = "Europe/Berlin",
                        items = new[]
                        {
                            Slot("2026-10-24T22:30:00.000Z"),
                            Slot("2026-10-25T00:30:00.000Z"),
                            Slot("2026-10-25T01:30:00.000Z"),
                        },
                    },
                }
            ));
        await phone.GoToAsync($"/book/{branch}?queue={queue}");
        await phone.Button("Sunday 25 October").TapAsync();
        await Expect(phone.Page.Locator(".times button")).ToHaveTextAsync(["00:30", "02:30 (GMT+2)", "02:30 (GMT+1)"]);
        await phone.Button("02:30 (GMT+1)").TapAsync();
        await Expect(phone.Page.Locator("form")).ToBeVisibleAsync();
        Assert.Contains("start=2026-10-25T01", phone.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Right_to_left_it_fits_a_phone_and_works()
    {
        var (branch, queue) = await PlaceAsync("من اليمين إلى اليسار");
        var options = Device.Phone;
        options.Locale = "ar-EG";
        await using var phone = await system.OpenAsync(options);
        await phone.GoToAsync($"/book/{branch}");
        await Expect(phone.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await phone.Button("Ship papers").TapAsync();
        await FitsAsync();
        await ToContactAsync(phone);
        await FitsAsync();
        await phone.Page.Locator("input[autocomplete=name]").FillAsync("ليلى");
        await phone.Button("احجز هذا الموعد").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        await Expect(phone.Page.Locator(".appointment .code")).ToHaveAttributeAsync("dir", "ltr");
        await FitsAsync();
        Assert.Equal("ar", Assert.Single(await AllAsync(queue)).GetProperty("language").GetString());

        async Task FitsAsync()
        {
            Assert.Empty(await phone.ViolationsAsync());
            Assert.True(await phone.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        }
    }

    [Fact]
    public async Task A_queue_with_times_leads_to_them_and_the_browser_that_booked_needs_no_whole_link()
    {
        var (_, queue) = await PlaceAsync("Led there");
        var without = await system.DefineQueueAsync("No times here");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/q/{without}");
        await Expect(phone.Button("Take a number")).ToBeVisibleAsync();
        var link = phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Book a time" });
        await Expect(link).ToBeHiddenAsync();
        await phone.GoToAsync($"/q/{queue}");
        await link.TapAsync();
        await ToContactAsync(phone);
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        await phone.Button("Book this time").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(PageOfAppointment, Patient);
        await Expect(phone.Page.GetByText("Keep the address of this page")).ToBeVisibleAsync();

        await phone.GoToAsync("/");
        await phone.Page.GetByRole(AriaRole.Link).Filter(new LocatorFilterOptions { HasText = "Ship papers" }).First.TapAsync();
        await Expect(phone.Button("Cancel the appointment")).ToBeVisibleAsync();
        await Expect(phone.Page.Locator(".appointment .code")).ToBeVisibleAsync();
        Assert.DoesNotContain('#', phone.Page.Url);
    }

    [Fact]
    public async Task An_account_has_its_appointment_without_a_token()
    {
        var (branch, queue) = await PlaceAsync("Own account");
        await using var phone = await system.OpenStaffAsync("user", Device.Phone);
        await phone.GoToAsync($"/book/{branch}?queue={queue}");
        await ToContactAsync(phone);
        await phone.Page.GetByLabel("Name").FillAsync("Robin");
        await phone.Button("Book this time").TapAsync();
        await Expect(phone.Page).ToHaveURLAsync(new Regex("/a/[^#?]+$"), Patient);
        var download = await phone.Page.RunAndWaitForDownloadAsync(() => phone.Button("Add to calendar").TapAsync());
        Assert.Contains(
            "BEGIN:VEVENT",
            await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await phone.Button("Cancel the appointment").TapAsync();
        await phone.Button("Yes, cancel it").TapAsync();
        await Expect(phone.Page.GetByText("This appointment was cancelled.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Staff_see_who_comes_on_a_day_and_in_a_week_who_was_late_and_whom_changed_hours_hit()
    {
        var (_, queue) = await PlaceAsync("Staff look");
        await SetArrivalAsync(queue, early: 24 * 3600, places: 2);
        var start = (await system.Admin.SlotsAsync(queue))[2];
        var early = (await system.Admin.BookAsync(queue, start, "Ada Byron")).GetProperty("id").GetString()!;
        var late = (await system.Admin.BookAsync(queue, start, "Grace Hopper")).GetProperty("id").GetString()!;
        foreach (var id in new[] { early, late })
            await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/appointments/{id}/arrive");
        await Eventually.TrueAsync(async () =>
            (await AllAsync(queue)).All(a => a.GetProperty("ticketId").ValueKind == JsonValueKind.String)
        );
        var other = (await system.Admin.SlotsAsync(queue))[50];
        await system.Admin.BookAsync(queue, other, "Robin Hood");
        await using var desk = await system.OpenStaffAsync();
        // As if the clock had gone on until then.
        await desk.Page.RouteAsync("**/api/appointments?*", async route =>
        {
            var answer = await route.FetchAsync();
            var list = JsonNode.Parse(await answer.TextAsync())!;
            foreach (var item in list["items"]!.AsArray().Where(a => (string?)a!["id"] == late))
                item!["arrivedAt"] = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture).AddMinutes(7.5).UtcDateTime;
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = list.ToJsonString() });
        });
        await desk.GoToAsync("/manage/appointments");
        await desk.Page.GetByLabel("Branch").SelectOptionAsync("Staff look");
        await desk.Page.Locator(".filters input[type=date]").FillAsync(start[..10]);
        await Expect(desk.RowOf("Ada Byron")).ToContainTextAsync("Ship papers");
        await Expect(desk.RowOf("Ada Byron")).ToContainTextAsync("Arrived");
        await Expect(desk.RowOf("Ada Byron")).ToContainTextAsync($"{start[11..16]}–");
        await Expect(desk.RowOf("Grace Hopper")).ToContainTextAsync("7 min late");
        await Expect(desk.RowOf("Ada Byron")).Not.ToContainTextAsync("late");
        var came = (await ReadAsync(early)).GetProperty("arrivedAt").GetDateTimeOffset();
        await Expect(desk.RowOf("Ada Byron").Locator("td").Last).ToHaveTextAsync(came.ToString("HH:mm", CultureInfo.InvariantCulture));
        await Expect(desk.RowOf("Robin Hood")).ToHaveCountAsync(0);
        Assert.Empty(await desk.ViolationsAsync());

        await desk.Button("Later").ClickAsync();
        await Expect(desk.RowOf("Ada Byron")).ToHaveCountAsync(0);
        await desk.Page.Locator(".filters input[type=date]").FillAsync(other[..10]);
        await Expect(desk.RowOf("Robin Hood")).ToContainTextAsync("Booked");
        await desk.Page.GetByLabel("Shown").SelectOptionAsync("A week");
        await Expect(desk.Heading(WhenOf(other).Split(',')[0])).ToBeVisibleAsync();
        await desk.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Expect(desk.RowOf("Robin Hood")).ToBeVisibleAsync();
        await Expect(desk.Button("Later")).ToBeHiddenAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Navigation)).ToBeHiddenAsync();
        await desk.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });

        await desk.Page.GetByLabel("Shown").SelectOptionAsync("Hit by changed hours");
        await Expect(desk.Page.GetByText("Nobody has an appointment.")).ToBeVisibleAsync();
        await CloseAsync(queue, other[..10], other[..10]);
        await Eventually.TrueAsync(async () => (await AllAsync(queue)).Any(a => a.GetProperty("outsideHours").GetBoolean()));
        await desk.Page.GetByLabel("Shown").SelectOptionAsync("A week");
        await desk.Page.GetByLabel("Shown").SelectOptionAsync("Hit by changed hours");
        await Expect(desk.RowOf("Robin Hood")).ToContainTextAsync("outside the hours");
    }

    [Fact]
    public async Task Staff_say_for_somebody_that_they_are_here()
    {
        var (_, queue) = await PlaceAsync("Staff say");
        await SetArrivalAsync(queue, early: 24 * 3600, places: 2);
        var (id, _) = await BookedAsync(queue);
        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync($"/a/{id}");
        await desk.Button("They are here").ClickAsync();
        await Eventually.TrueAsync(async () => (await ReadAsync(id)).GetProperty("status").GetString() == "arrived");
        await desk.Page.ReloadAsync();
        await Expect(desk.Page.Locator(".appointment .badge")).ToHaveTextAsync("Arrived");
        Assert.Single(await system.Admin.AllTicketsAsync(queue));
        // It is not a number of whoever said it.
        Assert.Null(await desk.Page.EvaluateAsync<string?>("localStorage.getItem('sq.tickets')"));
    }

    private Task CloseAsync(string queue, string from, string to) =>
        system.Admin.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Patch,
            $"/api/queues/{queue}",
            new
            {
                closures = new[]
                {
                    new
                    {
                        from,
                        to,
                        reason = "Works",
                    },
                },
            }
        );

    // The places tell when the appointment service has heard of it.
    private async Task SetArrivalAsync(string queue, int early, int places)
    {
        await system.Admin.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Patch,
            $"/api/queues/{queue}",
            new
            {
                booking = new
                {
                    slotLength = 1800,
                    places,
                    early,
                },
            }
        );
        await Eventually.TrueAsync(async () =>
            (await system.Admin.GetAsync($"/api/queues/{queue}/slots")).GetProperty("items")[0].GetProperty("left").GetInt32() == places
        );
    }

    // From the days to the form, by the first that is free.
    private static async Task ToContactAsync(Device phone)
    {
        await phone.Page.Locator(".choices button:has(span)").First.TapAsync();
        await phone.Page.Locator(".times button").First.TapAsync();
        await Expect(phone.Page.Locator("form")).ToBeVisibleAsync();
    }

    private static async Task TabToAsync(Device desk, ILocator button)
    {
        await Expect(button).ToBeVisibleAsync();
        for (var i = 0; i < 30; i++)
        {
            if (await button.EvaluateAsync<bool>("button => button === document.activeElement"))
                return;
            await desk.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The tab key does not reach {button}.");
    }

    private static string WhenOf(string start) =>
        DateTimeOffset.Parse(start, CultureInfo.InvariantCulture).ToString("dddd d MMMM, HH:mm", CultureInfo.InvariantCulture);

    private async Task<JsonElement> ReadAsync(string id) => await system.Admin.GetAsync($"/api/appointments/{id}");

    private Task<IReadOnlyList<JsonElement>> AllAsync(string queue) => system.Admin.AllAsync($"/api/appointments?queueId={queue}");

    // An appointment of a guest, and its page.
    private async Task<(string Id, string Page)> BookedAsync(string queue)
    {
        var booked = await system.Admin.BookAsync(queue);
        var id = booked.GetProperty("id").GetString()!;
        return (id, $"/a/{id}#{booked.GetProperty("token").GetString()}");
    }

    // A branch of its own, with two queues that take appointments and one that does not.
    private async Task<(string Branch, string Queue)> PlaceAsync(string name, string timeZone = "UTC")
    {
        var branch = await system.Admin.ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/branches",
            new
            {
                name,
                timeZone,
                address = "Pier 1",
            }
        );
        var branchId = branch.GetProperty("id").GetString();
        await system.Admin.DefineQueueAsync(new { name = "Without times", branchId });
        await system.Admin.DefineQueueAsync(
            new
            {
                name = "Fishing licences",
                branchId,
                booking = new { slotLength = 1800 },
            }
        );
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Ship papers",
                branchId,
                // No time is over before it is booked.
                booking = new { slotLength = 1800, earliest = 3600 },
            }
        );
        await system.Admin.SlotsAsync(queue);
        return (branch.GetProperty("slug").GetString()!, queue);
    }
}
