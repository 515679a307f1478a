namespace SmartQueue.Pages.Tests;

public sealed class StaffTests(SystemWithPages system)
{
    [Fact]
    public async Task Staff_sign_in_and_out_with_the_keyboard_alone_and_a_wrong_password_is_told()
    {
        await using var desk = await system.OpenAsync();
        await desk.GoToAsync("/counter");
        await Expect(desk.Heading("Sign in")).ToBeVisibleAsync();
        await desk.Page.GetByLabel("Email").FocusAsync();
        await desk.Page.Keyboard.TypeAsync(SystemClient.AdminEmail);
        await desk.Page.Keyboard.PressAsync("Tab");
        await desk.Page.Keyboard.TypeAsync("wrong password");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Email or password is wrong. Try again, or set a new password.");
        await desk.Page.Keyboard.PressAsync("ControlOrMeta+a");
        await desk.Page.Keyboard.TypeAsync(SystemClient.AdminPassword);
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();
        await desk.Page.ReloadAsync();
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();
        await desk.Button("Sign out").FocusAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Heading("Sign in")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Customers_see_no_staff_page_and_operators_no_people()
    {
        await using var customer = await system.OpenStaffAsync("user");
        foreach (var path in (string[])["/counter", "/manage", "/manage/people"])
        {
            await customer.GoToAsync(path);
            await Expect(customer.Heading("This page is for staff")).ToBeVisibleAsync();
        }

        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync("/manage/people");
        await Expect(desk.Page.GetByText("Your account may not do this. Ask an administrator.")).ToBeVisibleAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "People" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_figures_of_a_range_of_days_are_shown_and_downloaded()
    {
        var queue = await system.DefineQueueAsync("Figures");
        await system.Admin.TakeAsync(queue);
        var called = await system.Admin.CallNextAsync(queue, "50");
        await system.Admin.MoveAsync(called.GetProperty("id").GetString()!, "served");
        // Figures follow events, and the page of past days shows them as they are when it is opened.
        await system.Admin.FiguresAsync(queue, f => f.GetProperty("counts").GetProperty("served").GetInt32() == 1);
        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync("/manage/history");
        await desk.Page.GetByLabel("Queue").SelectOptionAsync(queue);
        await Expect(desk.Page.Locator(".summary div", new PageLocatorOptions { HasText = "Served" }).Locator("strong"))
            .ToHaveTextAsync("1");
        var download = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Button("Figures (CSV)").ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        await using var content = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(content);
        Assert.Contains(",", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await desk.GoToAsync("/manage");
        await Expect(desk.RowOf("Figures")).ToContainTextAsync("100%");
    }

    [Fact]
    public async Task The_figures_shown_are_those_of_the_queue_chosen_last_however_late_others_come()
    {
        var first = await system.DefineQueueAsync("Chosen first");
        var last = await system.DefineQueueAsync("Chosen last");
        await system.Admin.TakeAsync(last);
        await system.Admin.FiguresAsync(last, f => f.GetProperty("counts").GetProperty("created").GetInt32() == 1);
        await using var desk = await system.OpenStaffAsync();
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await desk.Page.RouteAsync($"**/api/analytics/queue/{first}?*", async route =>
        {
            await late.Task;
            await route.ContinueAsync();
        });
        await desk.GoToAsync("/manage/history");
        var queue = desk.Page.GetByLabel("Queue");
        await desk.Page.RunAndWaitForRequestAsync(
            () => queue.SelectOptionAsync(first),
            r => r.Url.Contains(first, StringComparison.Ordinal)
        );
        await queue.SelectOptionAsync(last);
        var taken = desk.Page.Locator(".summary div", new PageLocatorOptions { HasText = "Taken" }).Locator("strong");
        await Expect(taken).ToHaveTextAsync("1");
        await desk.Page.RunAndWaitForResponseAsync(
            () =>
            {
                late.SetResult();
                return Task.CompletedTask;
            },
            r => r.Url.Contains(first, StringComparison.Ordinal)
        );
        await Expect(taken).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task A_manager_defines_a_queue_and_closes_it()
    {
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/queues");
        await desk.Button("New queue").ClickAsync();
        await desk.Page.GetByLabel("Name").FillAsync("Building permits");
        await desk.Page.GetByLabel("Letters before the number").FillAsync("BP");
        await desk.Page.GetByLabel("Counters").FillAsync("11, 12");
        await desk.Button("Save").ClickAsync();
        await desk.FindAsync("Building permits");
        await desk.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Join page: Building permits" }).ClickAsync();
        await desk.Button("Take a number").ClickAsync();
        await Expect(desk.Heading("BP-1")).ToBeVisibleAsync();

        await desk.GoToAsync("/manage/queues");
        await desk.FindAsync("Building permits");
        await desk.Button("Close: Building permits").ClickAsync();
        await Expect(desk.Button("Open: Building permits")).ToBeVisibleAsync();
        await desk.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Join page: Building permits" }).ClickAsync();
        await Expect(desk.Page.GetByText("This queue is closed at the moment. Staff can tell you when it opens.")).ToBeVisibleAsync();
    }
}
