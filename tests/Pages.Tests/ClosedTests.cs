using System.Globalization;

namespace SmartQueue.Pages.Tests;

/// <summary>Pages of a queue that takes nobody now.</summary>
public sealed class ClosedTests(SystemWithPages system)
{
    [Fact]
    public async Task Outside_its_hours_every_page_says_so_and_when_it_opens()
    {
        var day = DateTime.UtcNow.AddDays(3).ToString("dddd", CultureInfo.InvariantCulture);
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Land registry",
                timeZone = "UTC",
                openingHours = new[]
                {
                    new
                    {
                        day,
                        opens = "09:00",
                        closes = "10:00",
                    },
                },
            }
        );
        var said = $"Closed now. It opens on {day} at 09:00";

        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/q/{queue}");
        await Expect(phone.Page.Locator(".notice.warn")).ToContainTextAsync(said);
        await Expect(phone.Button("Take a number")).ToBeHiddenAsync();
        await Expect(phone.Page.GetByText("Expected wait")).ToBeHiddenAsync();
        await phone.GoToAsync("/");
        await Expect(phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Land registry" })).ToContainTextAsync(said);
        await phone.GoToAsync($"/display?queues={queue}");
        await Expect(phone.Page.Locator(".display-tile")).ToContainTextAsync(said);

        await using var kiosk = await system.OpenAsync();
        await kiosk.KeepAsync("kiosk", $$"""{"queues":["{{queue}}"],"pin":"2468","print":false,"language":"en","locked":true}""");
        await kiosk.GoToAsync("/kiosk");
        await Expect(kiosk.Button("Land registry")).ToBeDisabledAsync();
        await Expect(kiosk.Button("Land registry")).ToContainTextAsync(said);

        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("Land registry");
        await Expect(desk.RowOf("Land registry")).ToContainTextAsync(said);
    }

    [Fact]
    public async Task A_manager_closes_a_queue_for_days_and_for_hours_and_the_page_keeps_what_it_was_told()
    {
        var queue = await system.DefineQueueAsync("Weddings");
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("Weddings");
        var card = desk.RowOf("Weddings");
        await desk.Button("Change: Weddings").ClickAsync();
        await desk
            .Page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "Closed by date" })
            .GetByLabel("As its branch has it")
            .UncheckAsync();
        await desk.Button("Add days").ClickAsync();
        await desk.Page.GetByLabel("Closed from").FillAsync("2020-01-01");
        await desk.Page.GetByLabel("Closed until").FillAsync("2199-12-30");
        await desk.Page.GetByLabel("Reason").FillAsync("Holiday");
        await desk.Button("Add times").ClickAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(card).ToContainTextAsync("(Holiday)");
        await Expect(card.Locator(".state")).ToHaveTextAsync("Closed");
        var closures = (await system.Admin.GetAsync($"/api/queues/{queue}")).GetProperty("closures");
        Assert.Equal("""{"from":"2020-01-01","to":"2199-12-30","reason":"Holiday"}""", closures[0].GetRawText());
        Assert.Equal(
            TimeSpan.FromHours(4),
            closures[1].GetProperty("to").GetDateTimeOffset() - closures[1].GetProperty("from").GetDateTimeOffset()
        );

        await desk.Button("Change: Weddings").ClickAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        Assert.Equal(closures.GetRawText(), (await system.Admin.GetAsync($"/api/queues/{queue}")).GetProperty("closures").GetRawText());
        await desk.Button("Change: Weddings").ClickAsync();
        await desk
            .Page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "Closed by date" })
            .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" })
            .First.ClickAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(card.Locator(".state")).ToHaveTextAsync("Open");
    }

    [Theory]
    [InlineData("en", "Closed now. It opens ", "Take a number", "Take a new number")]
    [InlineData("de", "Zurzeit geschlossen. Geöffnet wird ", "Nummer ziehen", "Neue Nummer ziehen")]
    public async Task A_closure_is_told_with_its_reason_also_to_those_whose_number_has_ended(
        string language,
        string said,
        string take,
        string takeAnother
    )
    {
        var queue = await system.DefineQueueAsync($"Archives {language}");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/q/{queue}?lang={language}");
        await phone.Button(take).ClickAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("1");
        var ticket = phone.Page.Url;
        await CloseAsync(
            new
            {
                from = DateTimeOffset.UtcNow.AddHours(-1),
                to = DateTimeOffset.UtcNow.AddHours(1),
                reason = "Fire drill",
            }
        );
        await system.Admin.MoveAsync(new Uri(ticket).Segments[^1], "cancelled");

        var notice = phone.Page.Locator(".notice.warn");
        await Expect(notice).ToContainTextAsync(said);
        await Expect(notice).ToContainTextAsync("(Fire drill)");
        await Expect(phone.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = takeAnother })).ToBeHiddenAsync();
        await phone.GoToAsync($"/q/{queue}?lang={language}");
        await Expect(notice).ToContainTextAsync("(Fire drill)");

        // By itself, when the queue is read again.
        await CloseAsync();
        await Expect(phone.Button(take)).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 20_000 });

        Task CloseAsync(params object[] closures) =>
            system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Patch, $"/api/queues/{queue}", new { closures });
    }
}
