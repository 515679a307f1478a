namespace SmartQueue.Pages.Tests;

/// <summary>An admin writes what people are told.</summary>
public sealed class TextsTests(SystemWithPages system)
{
    private const string Text = "/api/notifications/texts/no_show/es";

    [Fact]
    public async Task A_text_is_written_with_a_preview_and_taken_back()
    {
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/texts");
        await desk.Page.Locator(".filters").GetByLabel("Language").SelectOptionAsync("es");
        // Another text is of those who did not come to an appointment.
        var row = desk
            .Page.GetByRole(AriaRole.Row)
            .Filter(new LocatorFilterOptions { Has = desk.Page.GetByText("Did not come", new PageGetByTextOptions { Exact = true }) });
        await Expect(row).ToContainTextAsync("as delivered");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        var message = desk.Page.GetByLabel("Message");
        var preview = desk.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Preview" });

        await message.FillAsync("Vuelva, {nombre}");
        await Expect(desk.Page.GetByRole(AriaRole.Alert).Filter(new LocatorFilterOptions { HasText = "{nombre}" })).ToBeVisibleAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        Assert.Equal("default", await FromAsync());

        await message.FillAsync("Vuelva con el {number}");
        await Expect(preview).ToContainTextAsync("Vuelva con el A-42");
        await desk.Button("Save").ClickAsync();
        await Expect(row).ToContainTextAsync("Vuelva con el {number}");
        await Expect(row).ToContainTextAsync("your own");
        Assert.Equal("house", await FromAsync());

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await desk.Button("Back to the text before").ClickAsync();
        await Expect(row).ToContainTextAsync("as delivered");
        Assert.Equal("default", await FromAsync());
    }

    private async Task<string?> FromAsync() =>
        (await system.Admin.GetAsync("/api/notifications/texts"))
            .GetProperty("items")
            .EnumerateArray()
            .Single(t => $"/api/notifications/texts/{t.GetProperty("template")}/{t.GetProperty("language")}" == Text)
            .GetProperty("from")
            .GetString();
}
