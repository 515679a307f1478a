namespace SmartQueue.Pages.Tests;

public sealed class KioskTests(SystemWithPages system)
{
    [Fact]
    public async Task People_take_a_number_by_touch_alone_and_nobody_leaves_without_the_pin()
    {
        var queue = await system.DefineQueueAsync("Information", "IN");
        var options = new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1080, Height = 1280 },
            HasTouch = true,
        };
        await using var kiosk = await system.OpenAsync(options);
        await kiosk.GoToAsync($"/kiosk?queues={queue}");
        await kiosk.Page.GetByLabel("PIN").FillAsync("2468");
        await kiosk.Button("Start").TapAsync();

        await kiosk.Button("Information").TapAsync();
        await Expect(kiosk.Heading("Your number IN-1")).ToBeVisibleAsync();
        await Expect(kiosk.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "QR code of your number's page" }))
            .ToBeVisibleAsync();
        await kiosk.Button("Done").TapAsync();
        await Expect(kiosk.Button("Information")).ToContainTextAsync("Waiting: 1");
        var small = await kiosk.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button')].filter(b => b.offsetHeight < 56 || b.offsetWidth < 56).map(b => b.textContent)"
        );
        Assert.Empty(small);

        // Another page, the way back, a reload: it stays a kiosk.
        await kiosk.GoToAsync("/manage");
        await Expect(kiosk.Heading("What are you here for?")).ToBeVisibleAsync();
        await kiosk.Page.ReloadAsync();
        await kiosk.Button("Staff").TapAsync();
        await EnterAsync(kiosk, "1111");
        await Expect(kiosk.Page.GetByText("That is not the PIN. Try again.")).ToBeVisibleAsync();
        await EnterAsync(kiosk, "2468");
        await Expect(kiosk.Heading("Kiosk")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task It_goes_back_by_itself_to_its_own_language()
    {
        var queue = await system.DefineQueueAsync("Lost property", "LP");
        await using var kiosk = await system.OpenAsync();
        await kiosk.KeepAsync("kiosk", $$"""{"queues":["{{queue}}"],"pin":"2468","print":false,"language":"en","locked":true}""");
        await kiosk.Page.Clock.InstallAsync();
        await kiosk.GoToAsync("/kiosk");
        await kiosk.Button("Deutsch").ClickAsync();
        await Expect(kiosk.Heading("Was möchten Sie erledigen?")).ToBeVisibleAsync();
        await kiosk.Button("Lost property").ClickAsync();
        await Expect(kiosk.Heading("Ihre Nummer LP-1")).ToBeVisibleAsync();
        await kiosk.Page.Clock.RunForAsync(21_000);
        await Expect(kiosk.Heading("What are you here for?")).ToBeVisibleAsync();
    }

    private static async Task EnterAsync(Device kiosk, string pin)
    {
        foreach (var digit in pin)
            await kiosk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"{digit}", Exact = true }).TapAsync();
        await kiosk.Button("Confirm").TapAsync();
    }
}
