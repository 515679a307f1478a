using System.Globalization;

namespace SmartQueue.Pages.Tests;

/// <summary>A customer with a phone, on a day that does not go as planned.</summary>
public sealed class PhoneTests(SystemWithPages system)
{
    private const string IPhone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    [Fact]
    public async Task Who_was_missed_and_is_brought_back_is_in_line_again_and_rung_again()
    {
        var queue = await system.DefineQueueAsync("Missed", "MI");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.Context.AddInitScriptAsync("window.rings = 0; navigator.vibrate = () => Boolean(++window.rings);");
        await phone.TakeNumberAsync(queue, "MI-1");
        var id = TicketOf(phone);
        await system.Admin.CallNextAsync(queue, "60");
        await Expect(phone.Page.Locator(".ticket-counter")).ToContainTextAsync("60");
        await system.Admin.MoveAsync(id, "no_show");
        await Expect(phone.Page.GetByText("You were called and did not come.").First).ToBeVisibleAsync();
        Assert.Equal(1, await RingsAsync());

        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/tickets/{id}/requeue");
        await Expect(phone.Page.GetByText("You are back in line.")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");
        Assert.Equal(2, await RingsAsync());
        await system.Admin.CallNextAsync(queue, "61");
        await Expect(phone.Page.Locator(".ticket-counter")).ToContainTextAsync("61");
        await Expect(phone.Page.GetByText("You are back in line.")).ToBeHiddenAsync();
        Assert.Equal(3, await RingsAsync());

        Task<int> RingsAsync() => phone.Page.EvaluateAsync<int>("window.rings");
    }

    [Fact]
    public async Task A_number_is_offered_in_its_own_queue_and_only_while_it_goes_on()
    {
        var queue = await system.DefineQueueAsync("Reception desk", "RE");
        var namesake = await system.DefineQueueAsync("Reception desk", "RD");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "RE-1");
        var id = TicketOf(phone);
        var offer = phone.Page.GetByText("You have a number here: RE-1");
        await phone.GoToAsync($"/q/{queue}");
        await Expect(offer).ToBeVisibleAsync();
        await phone.GoToAsync("/");
        await Expect(phone.Page.GetByRole(AriaRole.Link).Filter(new LocatorFilterOptions { HasText = "RE-1" }))
            .ToContainTextAsync("Waiting");

        // While no page of it is open, so that the browser keeps an old state.
        await system.Admin.CallNextAsync(queue, "62");
        await system.Admin.MoveAsync(id, "no_show");
        await Expect(await AskedAsync($"/q/{queue}")).ToBeHiddenAsync();
        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/tickets/{id}/requeue");
        await Expect(await AskedAsync($"/q/{queue}")).ToBeVisibleAsync();
        await system.Admin.CallNextAsync(queue, "62");
        await system.Admin.MoveAsync(id, "served");
        await Expect(await AskedAsync($"/q/{queue}")).ToBeHiddenAsync();
        await Expect(await AskedAsync($"/q/{namesake}")).ToBeHiddenAsync();
        await phone.GoToAsync("/");
        await Expect(phone.Page.GetByRole(AriaRole.Link).Filter(new LocatorFilterOptions { HasText = "RE-1" }))
            .ToContainTextAsync("Served");

        async Task<ILocator> AskedAsync(string path)
        {
            await phone.Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            await Expect(phone.Button("Take a number")).ToBeVisibleAsync();
            return offer;
        }
    }

    [Fact]
    public async Task An_iPhone_is_told_to_put_the_number_on_its_home_screen_where_it_opens_with_its_token()
    {
        var queue = await system.DefineQueueAsync("Apples", "AP");
        var options = Device.Phone;
        options.UserAgent = IPhone;
        await using var phone = await system.OpenAsync(options);
        await phone.Context.AddInitScriptAsync("delete window.PushManager; delete window.Notification;");
        await phone.TakeNumberAsync(queue, "AP-1");
        await phone.Button("Alert me when it is my turn").TapAsync();
        await Expect(phone.Page.GetByText("“Add to Home Screen”")).ToBeVisibleAsync();
        var manifest = await phone.Page.Locator("link[rel=manifest]").GetAttributeAsync("href");
        var installed = await system.Admin.GetAsync(manifest!);
        Assert.Equal(
            new Uri(phone.Page.Url).PathAndQuery + new Uri(phone.Page.Url).Fragment,
            installed.GetProperty("start_url").GetString()
        );
        Assert.Equal("standalone", installed.GetProperty("display").GetString());
    }

    [Fact]
    public async Task Over_plain_http_people_are_told_that_a_closed_page_cannot_tell_them()
    {
        var queue = await system.DefineQueueAsync("Unencrypted", "UC");
        // A name that browsers do not take for their own machine's, as in a hall.
        await using var browser = await system.LaunchAsync("--host-resolver-rules=MAP hall.test 127.0.0.1");
        await using var phone = await Device.OpenAsync(browser, system.AddressAs("hall.test"), Device.Phone);
        await phone.TakeNumberAsync(queue, "UC-1");
        await phone.Button("Alert me when it is my turn").TapAsync();
        await Expect(phone.Page.GetByText("This address has no encryption (http)")).ToBeVisibleAsync();
        // What it can do, it does.
        await system.Admin.CallNextAsync(queue, "63");
        await Expect(phone.Page.Locator(".ticket-counter")).ToContainTextAsync("63");
    }

    [Theory]
    [InlineData("/t/nothing#abc%", "This number is not known")]
    [InlineData("/t/%E0%A4%A", "This number is not known")]
    [InlineData("/q/%E0%A4%A", "This queue does not exist any more.")]
    [InlineData("/a/nothing#abc%", "This appointment is not known")]
    [InlineData("/book/nothing", "Book a time")]
    [InlineData("/t/", "Take a number")]
    [InlineData("/a/", "Take a number")]
    [InlineData("/book", "Take a number")]
    [InlineData("/q", "Take a number")]
    public async Task A_link_that_was_cut_short_gives_a_page_and_a_way_on(string path, string said)
    {
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync(path);
        await Expect(phone.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToContainTextAsync(said);
        await Expect(phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "SmartQueue" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_browser_that_took_the_number_needs_no_whole_link()
    {
        var queue = await system.DefineQueueAsync("Cut", "CU");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "CU-1");
        await phone.GoToAsync("/");
        await phone.GoToAsync(new Uri(phone.Page.Url).GetLeftPart(UriPartial.Authority) + await LinkAsync() + "#cut%");
        await Expect(phone.Heading("CU-1")).ToBeVisibleAsync();

        async Task<string> LinkAsync() => (await phone.Page.Locator("a[href^='/t/']").First.GetAttributeAsync("href"))!;
    }

    [Fact]
    public async Task Name_and_contact_are_added_later_and_taken_back()
    {
        var queue = await system.DefineQueueAsync("Contacts", "CT");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "CT-1");
        await phone.Button("Add name or contact").TapAsync();
        await phone.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync("Ada Byron");
        await phone.Page.GetByLabel("Phone").FillAsync("+34 600 000 111");
        await phone.Button("Save").TapAsync();
        await Expect(phone.Page.GetByText("Ada Byron · +34600000111")).ToBeVisibleAsync();
        var ticket = await system.Admin.GetAsync($"/api/tickets/{TicketOf(phone)}");
        Assert.Equal(("Ada Byron", "+34600000111"), (Text("customerName"), Text("phone")));

        await phone.Page.ReloadAsync();
        await phone.Button("Add name or contact").TapAsync();
        await phone.Page.GetByLabel("Phone").FillAsync("not a number");
        await phone.Button("Save").TapAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("phone");
        await phone.Button("Add name or contact").TapAsync();
        await phone.Page.GetByLabel("Phone").FillAsync("");
        await phone.Button("Save").TapAsync();
        await Expect(phone.Page.GetByText("Ada Byron", new PageGetByTextOptions { Exact = true })).ToBeVisibleAsync();
        ticket = await system.Admin.GetAsync($"/api/tickets/{TicketOf(phone)}");
        Assert.Equal(("Ada Byron", null), (Text("customerName"), Text("phone")));

        string? Text(string name) => ticket.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Who_is_late_lets_as_many_go_first_as_are_behind_and_keeps_the_number()
    {
        var queue = await system.DefineQueueAsync("Late", "LA");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "LA-1");
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");
        await phone.Button("I am running late").TapAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Nobody is waiting behind you");
        await phone.Button("Back").TapAsync();
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(queue);

        await phone.Button("I am running late").TapAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button)).ToHaveTextAsync(["1 first", "2 first", "Back"]);
        await phone.Button("2 first").TapAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("3");
        await Expect(phone.Page.GetByText("Others go first now, and you keep your number.")).ToBeVisibleAsync();
        await Expect(phone.Heading("LA-1")).ToBeVisibleAsync();
        Assert.Equal("LA-2", (await system.Admin.CallNextAsync(queue, "64")).GetProperty("ticketNumber").GetString());
    }

    [Fact]
    public async Task Who_was_late_too_often_is_told_what_to_do()
    {
        var queue = await system.DefineQueueAsync("Too late", "TO");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "TO-1");
        for (var i = 0; i < 10; i++)
            await system.Admin.TakeAsync(queue);
        for (var i = 0; i < 11; i++)
        {
            await phone.Button("I am running late").TapAsync();
            await phone.Button("1 first").TapAsync();
            await Expect(phone.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
            await Expect(phone.Button("I am running late")).ToBeEnabledAsync();
            await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync(Math.Min(i + 2, 11).ToString(CultureInfo.InvariantCulture));
            await system.Admin.TakeAsync(queue);
        }

        await Expect(phone.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You have let others go first as often as you can.");
    }

    [Fact]
    public async Task A_number_that_goes_on_in_another_queue_goes_on_alerting()
    {
        var queue = await system.DefineQueueAsync("First room", "FR");
        var other = await system.DefineQueueAsync("Second room", "SR");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "FR-1");
        var before = TicketOf(phone);
        await phone.Button("Alert me when it is my turn").TapAsync();
        await Expect(phone.Page.GetByText("Alerts are on")).ToBeVisibleAsync();
        await system.Admin.CallNextAsync(queue, "65");
        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/tickets/{before}/transfer", new { queueId = other });
        await Expect(phone.Page.GetByRole(AriaRole.Article).GetByText("Second room")).ToBeVisibleAsync();
        await Expect(phone.Heading("FR-1")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText("Alerts are on")).ToBeVisibleAsync();
        Assert.NotEqual(before, TicketOf(phone));

        // The link that was sent first leads there too.
        await phone.GoToAsync($"/t/{before}");
        await Expect(phone.Page.GetByRole(AriaRole.Article).GetByText("Second room")).ToBeVisibleAsync();
        await phone.GoToAsync($"/q/{other}");
        await Expect(phone.Page.GetByText("You have a number here: FR-1")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_open_queue_tells_until_when_and_its_hours()
    {
        var days = Enum.GetNames<DayOfWeek>();
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Opening hours",
                timeZone = "UTC",
                openingHours = days.Select(day => new
                {
                    day,
                    opens = "00:00",
                    closes = "23:59",
                }),
            }
        );
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/q/{queue}");
        await Expect(phone.Page.GetByText("Open until 23:59.")).ToBeVisibleAsync();
        await phone.Page.GetByText("Opening hours", new PageGetByTextOptions { Exact = true }).Last.TapAsync();
        await Expect(phone.Page.Locator(".hours tr")).ToHaveCountAsync(7);
        await Expect(phone.Page.Locator(".hours tr").First).ToHaveTextAsync("Mon00:00–23:59");
    }

    private static string TicketOf(Device phone) => new Uri(phone.Page.Url).Segments[^1];
}
