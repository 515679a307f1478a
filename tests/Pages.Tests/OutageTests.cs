namespace SmartQueue.Pages.Tests;

/// <summary>Takes the system away from under the pages, so it runs when no other test does.</summary>
[Collection(nameof(OutageTests))]
[CollectionDefinition(nameof(OutageTests), DisableParallelization = true)]
public sealed class OutageTests(SystemWithPages system)
{
    [Fact]
    public async Task Phone_and_display_recover_by_themselves_when_the_system_is_killed_and_started_again()
    {
        var queue = await system.DefineQueueAsync("Library", "LB");
        await using var display = await system.OpenAsync();
        await display.GoToAsync($"/display?queues={queue}");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "LB-1");
        await Expect(display.Page.GetByText("1 waiting")).ToBeVisibleAsync();
        await system.KillAsync();
        var stale = new LocatorAssertionsToBeVisibleOptions { Timeout = 10_000 };
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync(stale);
        await Expect(display.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync(stale);
        await Expect(phone.Heading("LB-1")).ToBeVisibleAsync();

        await system.StartAsync();
        await system.Admin.CallNextAsync(queue, "49");
        var back = new LocatorAssertionsToContainTextOptions { Timeout = 20_000 };
        await Expect(phone.Page.Locator(".ticket-counter")).ToContainTextAsync("49", back);
        await Expect(display.Page.Locator(".display-number")).ToContainTextAsync("LB-1", back);
        await Expect(display.Page.GetByText("No connection. What you see may be old")).ToBeHiddenAsync();
    }
}
