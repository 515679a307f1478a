namespace SmartQueue.Pages.Tests;

/// <summary>A customer on a phone, an operator at a counter and a display in the hall, each in a browser of its own.</summary>
public sealed class DayTests(SystemWithPages system)
{
    [Fact]
    public async Task A_call_reaches_the_phone_and_the_display_and_every_step_after_it_too()
    {
        var queue = await system.DefineQueueAsync("Passports", "PA");
        await using var display = await system.OpenAsync();
        await display.GoToAsync($"/display?queues={queue}");
        await Expect(display.Page.GetByText("Nobody is called at the moment.")).ToBeVisibleAsync();

        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "PA-1");
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");
        await Expect(phone.Page.GetByText("You are next.")).ToBeVisibleAsync();
        await ShowsNoScrollbarAsync(phone);

        await using var desk = await system.OpenDeskAsync("43", queue);
        await Expect(desk.Row("PA-1")).ToBeVisibleAsync();
        await desk.Page.Keyboard.PressAsync("n");
        await Task.WhenAll(
            Expect(phone.Page.GetByText("It is your turn", new PageGetByTextOptions { Exact = true })).ToBeVisibleAsync(),
            Expect(display.Page.Locator(".display-row.is-fresh", new PageLocatorOptions { HasText = "PA-1" })).ToBeVisibleAsync()
        );
        await Expect(phone.Page.Locator(".ticket-counter")).ToContainTextAsync("43");
        await Expect(display.Page.Locator(".is-fresh .display-counter")).ToContainTextAsync("43");
        await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync("PA-1");

        await desk.Button("Call again").ClickAsync();
        await Expect(phone.Page.GetByText("You were called again.")).ToBeVisibleAsync();
        // The phone may know before the desk has its answer; the key waits for it.
        await desk.Page.Keyboard.PressAsync("s");
        await Expect(phone.Page.GetByText("Being served", new PageGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();
        await desk.Page.Keyboard.PressAsync("d");
        await Expect(desk.Page.GetByText("Nobody is at your counter.")).ToBeVisibleAsync();
        // A done can be taken back for a while, and is told after it.
        await Expect(phone.Page.GetByText("Thank you for your visit."))
            .ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 20_000 });
        await Expect(display.Page.GetByText("Nobody is called at the moment.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_books_on_the_phone_and_comes_early_is_called_after_a_walk_in_and_served()
    {
        var booking = new { slotLength = 1800, early = 24 * 3600 };
        await system.Admin.DefineQueueAsync(new { name = "Births by phone", booking });
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Marriages by phone",
                prefix = "PM",
                booking,
            }
        );
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync("/book/main");
        await phone.Button("Marriages by phone").TapAsync();
        await phone.Page.Locator(".choices button:has(span)").First.TapAsync();
        await phone.Page.Locator(".times button").Last.TapAsync();
        await phone.Page.GetByLabel("Name").FillAsync("Grace");
        await phone.Button("Book this time").TapAsync();
        await phone.Button("I am here").TapAsync();
        await Expect(phone.Heading("PM-1")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");

        // Before its time who walks in goes first.
        await using var walkIn = await system.OpenAsync(Device.Phone);
        await walkIn.TakeNumberAsync(queue, "PM-2");
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("2");
        await using var desk = await system.OpenDeskAsync("144", queue);
        foreach (var (device, number) in ((Device, string)[])[(walkIn, "PM-2"), (phone, "PM-1")])
        {
            await desk.Page.Keyboard.PressAsync("n");
            await Expect(device.Page.GetByText("It is your turn", new PageGetByTextOptions { Exact = true })).ToBeVisibleAsync();
            await Expect(device.Page.Locator(".ticket-counter")).ToContainTextAsync("144");
            await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync(number);
            await desk.Page.Keyboard.PressAsync("s");
            await Expect(desk.Button("Done, call next")).ToBeVisibleAsync();
        }

        await desk.Page.Keyboard.PressAsync("d");
        await Expect(desk.Page.GetByText("Nobody is at your counter.")).ToBeVisibleAsync();
        await Eventually.GetAsync(
            () => system.Admin.AllAsync($"/api/appointments?queueId={queue}"),
            all => all is [var booked] && booked.GetProperty("status").GetString() == "served"
        );
    }

    [Fact]
    public async Task Those_behind_move_up_when_one_cancels_and_a_reload_shows_the_same()
    {
        var queue = await system.DefineQueueAsync("Permits", "PE");
        await using var first = await system.OpenAsync(Device.Phone);
        await using var second = await system.OpenAsync(Device.Phone);
        await first.TakeNumberAsync(queue, "PE-1");
        await second.TakeNumberAsync(queue, "PE-2");
        await Expect(second.Page.GetByTestId("position")).ToHaveTextAsync("2");

        await first.Button("Give up my number").ClickAsync();
        await first.Button("Give it up").ClickAsync();
        await Expect(first.Page.GetByText("This number is no longer in line.")).ToBeVisibleAsync();
        await Expect(second.Page.GetByTestId("position")).ToHaveTextAsync("1");

        // Without the token in the address too: the browser keeps it.
        await second.GoToAsync(new Uri(second.Page.Url).AbsolutePath);
        await Expect(second.Page.GetByTestId("position")).ToHaveTextAsync("1");
        await using var stranger = await system.OpenAsync(Device.Phone);
        await stranger.GoToAsync(new Uri(second.Page.Url).AbsolutePath);
        await Expect(stranger.Heading("This number is not known, or it is not yours. Open the link that you got with it."))
            .ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_ticket_passed_on_continues_on_the_phone_in_the_other_queue()
    {
        var queue = await system.DefineQueueAsync("Registration", "RG");
        var other = await system.DefineQueueAsync("Cashier desk", "CD");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "RG-1");
        await using var desk = await system.OpenDeskAsync("44", queue);
        await desk.Button("Call next").ClickAsync();
        await desk.Button("Pass on").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Dialog).GetByText("Cashier desk").ClickAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Article).GetByText("Cashier desk")).ToBeVisibleAsync();
        await Expect(phone.Heading("RG-1")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");
        Assert.Single(await system.Admin.AllTicketsAsync(other));
    }

    [Fact]
    public async Task A_mistaken_no_show_is_undone_and_two_counters_get_different_people()
    {
        var queue = await system.DefineQueueAsync("Vehicles", "VE");
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(queue);
        await using var one = await system.OpenDeskAsync("45", queue);
        await using var two = await system.OpenDeskAsync("46", queue);
        await Task.WhenAll(one.Button("Call next").ClickAsync(), two.Button("Call next").ClickAsync());
        var numbers = await Task.WhenAll(
            one.Page.GetByTestId("current").InnerTextAsync(),
            two.Page.GetByTestId("current").InnerTextAsync()
        );
        Assert.Equal(["VE-1", "VE-2"], numbers.Order());

        await one.Button("Did not come").ClickAsync();
        await one.Button("Undo").ClickAsync();
        await Expect(one.Row(numbers[0])).ToBeVisibleAsync();
        await one.Button("Pause").ClickAsync();
        await one.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Pause" }).ClickAsync();
        await Expect(one.Page.GetByText("You are on a break.")).ToBeVisibleAsync();
        await Expect(one.Button("Call next")).ToBeHiddenAsync();
        await one.Button("Go on").ClickAsync();
        await Expect(one.Button("Call next")).ToBeVisibleAsync();
        await one.Page.Keyboard.PressAsync("n");
        await Expect(one.Page.GetByTestId("current")).ToHaveTextAsync(numbers[0]);
    }

    [Fact]
    public async Task A_phone_that_loses_the_network_says_so_and_catches_up()
    {
        var queue = await system.DefineQueueAsync("Archive", "AR");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "AR-1");
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");
        await phone.Context.SetOfflineAsync(true);
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync();
        await system.Admin.CallNextAsync(queue, "47");
        await phone.Context.SetOfflineAsync(false);
        await Expect(phone.Page.Locator(".ticket-counter")).ToContainTextAsync("47");
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeHiddenAsync();
    }

    private static async Task ShowsNoScrollbarAsync(Device phone) =>
        Assert.True(
            await phone.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "The page is wider than a phone of 320 px."
        );
}
