using System.Text.Json;

namespace SmartQueue.Pages.Tests;

/// <summary>The operator's page: a desk, its line, and the person who is there.</summary>
public sealed class CounterTests(SystemWithPages system)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 20_000 };

    [Fact]
    public async Task A_desk_is_chosen_and_shows_who_sits_there_and_a_break_and_its_reason_survive_a_reload()
    {
        var queue = await system.DefineQueueAsync("Breaks", "BK");
        await system.DefineCounterAsync("Break desk", queue);
        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync("/counter");
        await Expect(desk.Desk("Break desk")).ToContainTextAsync("Closed");
        await desk.Desk("Break desk").ClickAsync();
        await Expect(desk.Heading("Counter Break desk")).ToBeVisibleAsync();
        await desk.Button("Pause").ClickAsync();
        await desk.Page.GetByLabel("Reason").FillAsync("Lunch");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByText("You are on a break. Lunch")).ToBeVisibleAsync();
        await desk.Page.ReloadAsync();
        await Expect(desk.Page.GetByText("You are on a break. Lunch")).ToBeVisibleAsync();

        await using var colleague = await system.OpenStaffAsync();
        await colleague.GoToAsync("/counter");
        await Expect(colleague.Desk("Break desk")).ToContainTextAsync("Robin operator, on a break: Lunch");
        await desk.Button("Go on").ClickAsync();
        await Expect(colleague.Desk("Break desk")).ToContainTextAsync("Robin operator, since", new() { Timeout = 20_000 });
        await desk.Button("End of day").ClickAsync();
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();
        await Expect(desk.Desk("Break desk")).ToContainTextAsync("Closed");
    }

    [Fact]
    public async Task A_manager_adds_a_counter_and_works_there()
    {
        var queue = await system.DefineQueueAsync("Added desks", "AD");
        await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/counter");
        await desk.Button("New counter").ClickAsync();
        await desk.Page.GetByLabel("Name").FillAsync("Added");
        await desk.Page.GetByLabel("Added desks").CheckAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Desk("Added")).ToContainTextAsync("Added desks");
        await desk.Desk("Added").ClickAsync();
        await desk.Button("Call next").ClickAsync();
        await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync("AD-1");
    }

    [Fact]
    public async Task Two_receptionists_at_one_desk_are_told_and_who_lost_it_can_do_nothing_there()
    {
        var queue = await system.DefineQueueAsync("Two at one", "SH");
        await system.Admin.TakeAsync(queue);
        await using var first = await system.OpenDeskAsync("Shared", queue);
        await using var second = await system.OpenStaffAsync();
        await second.GoToAsync("/counter");
        await second.Desk("Shared").ClickAsync();
        await Expect(second.Page.GetByText("Robin operator sits at counter Shared now.")).ToBeVisibleAsync();
        await second.Button("Take over").ClickAsync();
        await Expect(second.Heading("Counter Shared")).ToBeVisibleAsync();

        await Expect(first.Page.GetByRole(AriaRole.Alert).GetByText("Robin operator sits at counter Shared now.")).ToBeVisibleAsync(Soon);
        await Expect(first.Button("Call next")).ToBeHiddenAsync();
        await first.Page.Keyboard.PressAsync("n");
        await second.Page.Keyboard.PressAsync("n");
        await Expect(second.Page.GetByTestId("current")).ToHaveTextAsync("SH-1");
        var called = Assert.Single(await system.Admin.AllTicketsAsync(queue));
        Assert.Equal("called", called.GetProperty("status").GetString());

        await first.Button("Take over").ClickAsync();
        await Expect(first.Page.GetByTestId("current")).ToHaveTextAsync("SH-1");
        await Expect(first.Button("Start")).ToBeVisibleAsync();
        await Expect(second.Button("Start")).ToBeHiddenAsync(new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task One_person_of_all_queues_is_at_the_desk_and_rows_stand_in_the_order_of_calling()
    {
        var one = await system.DefineQueueAsync("Order one", "OA");
        var two = await system.DefineQueueAsync("Order two", "OB");
        await system.Admin.TakeAsync(two);
        await system.Admin.TakeAsync(one);
        await TakeAsync(new { queueId = one, priority = 2 });
        await using var desk = await system.OpenDeskAsync("Ordered", one, two);
        await Expect(desk.Page.Locator(".line-row strong")).ToHaveTextAsync(["OA-2", "OB-1", "OA-1"]);
        foreach (var number in (string[])["OA-2", "OB-1", "OA-1"])
        {
            await desk.Page.Keyboard.PressAsync("n");
            await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync(number);
            await desk.Page.Keyboard.PressAsync("s");
            await Expect(desk.Button("Done, call next")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task People_are_found_by_number_name_and_phone_and_a_click_calls_one_and_undo_puts_them_where_they_stood()
    {
        var queue = await system.DefineQueueAsync("Finding", "FI");
        await TakeAsync(new { queueId = queue, customerName = "Ana Moreno" });
        await TakeAsync(
            new
            {
                queueId = queue,
                customerName = "Jonas Weber",
                phone = "+34600111222",
            }
        );
        await TakeAsync(new { queueId = queue, customerName = "Layla Haddad" });
        await using var desk = await system.OpenDeskAsync("Finder", queue);
        var rows = desk.Page.Locator(".line-row strong");
        await Expect(rows).ToHaveCountAsync(3);
        var find = desk.Page.GetByLabel("Find by number, name or phone");
        foreach (var (text, number) in ((string, string)[])[("layla", "FI-3"), ("fi-1", "FI-1"), ("600 111", "FI-2")])
        {
            await find.FillAsync(text);
            await Expect(rows).ToHaveTextAsync([number]);
        }

        await desk.Page.Locator(".line-call").ClickAsync();
        await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync("FI-2");
        await find.FillAsync("");
        await desk.Button("Undo").ClickAsync();
        await Expect(rows).ToHaveTextAsync(["FI-1", "FI-2", "FI-3"]);
    }

    [Fact]
    public async Task Somebody_who_walks_in_gets_a_number_with_a_slip_to_print()
    {
        var queue = await system.DefineQueueAsync("Walking in", "WI");
        await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenDeskAsync("Walk-in", queue);
        await desk.Page.EvaluateAsync("window.printed = 0; window.print = () => window.printed++; null");
        await desk.Page.Keyboard.PressAsync("w");
        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("Eva Novak");
        await dialog.GetByLabel("Phone").FillAsync("+34600333444");
        await dialog.GetByLabel("Priority").SelectOptionAsync("Urgent");
        await dialog.GetByLabel("Note").FillAsync("Wheelchair");
        await desk.Button("Take a number").ClickAsync();
        await Expect(desk.Page.GetByTestId("slip-number")).ToHaveTextAsync("WI-2");
        await desk.Button("Print").ClickAsync();
        Assert.Equal(1, await desk.Page.EvaluateAsync<int>("window.printed"));
        await desk.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Expect(desk.Page.GetByTestId("slip-number")).ToBeVisibleAsync();
        await Expect(desk.Page.Locator(".counter-grid")).ToBeHiddenAsync();
        await desk.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Back" }).ClickAsync();

        // By priority before the one who was first, and what was said of them is there.
        await Expect(desk.Page.Locator(".line-row strong")).ToHaveTextAsync(["WI-2", "WI-1"]);
        await Expect(desk.Row("WI-2")).ToContainTextAsync("Wheelchair");
        var taken = (await system.Admin.AllTicketsAsync(queue)).Single(t => Text(t, "ticketNumber") == "WI-2");
        Assert.Equal(("staff", "+34600333444", 2), (Text(taken, "source"), Text(taken, "phone"), taken.GetProperty("priority").GetInt32()));
        await desk.Button("Undo").ClickAsync();
        await Expect(desk.Page.Locator(".line-row strong")).ToHaveTextAsync(["WI-1"]);
    }

    [Fact]
    public async Task Note_and_contact_are_seen_and_corrected_before_the_call_and_that_is_undone_too()
    {
        var queue = await system.DefineQueueAsync("Notes", "NT");
        await TakeAsync(
            new
            {
                queueId = queue,
                customerName = "Omar Said",
                notes = "Brings a form",
            }
        );
        await using var desk = await system.OpenDeskAsync("Notes", queue);
        await Expect(desk.Row("NT-1")).ToContainTextAsync("Brings a form");
        await desk.Button("Details: NT-1").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Textbox, new PageGetByRoleOptions { Name = "Note" }).FillAsync("Brings two forms");
        await desk.Page.GetByLabel("Email").FillAsync("omar@example.com");
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Row("NT-1")).ToContainTextAsync("Brings two forms");
        var changed = Assert.Single(await system.Admin.AllTicketsAsync(queue));
        Assert.Equal(("omar@example.com", "Omar Said"), (Text(changed, "email"), Text(changed, "customerName")));
        await desk.Button("Undo").ClickAsync();
        await Expect(desk.Row("NT-1")).ToContainTextAsync("Brings a form");
        Assert.Null(Text(Assert.Single(await system.Admin.AllTicketsAsync(queue)), "email"));
    }

    [Fact]
    public async Task Passed_on_set_aside_and_put_back_are_undone()
    {
        var queue = await system.DefineQueueAsync("Undoing", "UN");
        await system.DefineQueueAsync("Undo target", "UT");
        for (var i = 0; i < 4; i++)
            await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenDeskAsync("Undo", queue);
        var current = desk.Page.GetByTestId("current");
        var rows = desk.Page.Locator(".line-row strong");
        await desk.Button("Call next").ClickAsync();
        await Expect(current).ToHaveTextAsync("UN-1");

        await desk.Button("Pass on").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Dialog).GetByText("Undo target").ClickAsync();
        await Expect(current).ToBeHiddenAsync();
        await desk.Button("Undo").ClickAsync();
        await Expect(current).ToHaveTextAsync("UN-1");

        await desk.Button("Back in line").ClickAsync();
        await desk.Page.GetByLabel("How many go first?").FillAsync("1");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(rows).ToHaveTextAsync(["UN-2", "UN-1", "UN-3", "UN-4"]);
        await desk.Button("Undo").ClickAsync();
        await Expect(current).ToHaveTextAsync("UN-1");

        await desk.Button("Set aside").ClickAsync();
        await Expect(desk.Button("Bring back UN-1")).ToBeVisibleAsync();
        await desk.Button("Undo").ClickAsync();
        await Expect(current).ToHaveTextAsync("UN-1");
        await Expect(rows).ToHaveTextAsync(["UN-2", "UN-3", "UN-4"]);
    }

    [Fact]
    public async Task A_done_is_undone_for_a_while_and_said_with_the_next_call_or_when_the_page_goes()
    {
        var queue = await system.DefineQueueAsync("Dones", "DO");
        for (var i = 0; i < 3; i++)
            await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenDeskAsync("Dones", queue);
        var current = desk.Page.GetByTestId("current");
        await Expect(desk.Row("DO-1")).ToBeVisibleAsync();
        await desk.Page.Keyboard.PressAsync("n");
        await Expect(current).ToHaveTextAsync("DO-1");
        await desk.Page.Keyboard.PressAsync("d");
        var done = desk.Page.Locator(".notice", new PageLocatorOptions { HasText = "DO-1 is done" });
        await Expect(done).ToBeVisibleAsync();
        await Expect(current).ToBeHiddenAsync();
        await desk.Page.Keyboard.PressAsync("u");
        await Expect(current).ToHaveTextAsync("DO-1");
        Assert.Equal("called", await StatusAsync("DO-1"));

        await desk.Page.Keyboard.PressAsync("d");
        await Expect(done).ToBeVisibleAsync();
        await desk.Page.Keyboard.PressAsync("n");
        await Expect(current).ToHaveTextAsync("DO-2");
        Assert.Equal("served", await StatusAsync("DO-1"));

        await desk.Page.Keyboard.PressAsync("d");
        await Expect(desk.Page.Locator(".notice", new PageLocatorOptions { HasText = "DO-2 is done" })).ToBeVisibleAsync();
        await Expect(current).ToBeHiddenAsync();
        await desk.GoToAsync("/reset");
        await Eventually.GetAsync(() => StatusAsync("DO-2"), s => s == "served");

        await desk.GoToAsync("/counter");
        await desk.Button("Call next").ClickAsync();
        await Expect(current).ToHaveTextAsync("DO-3");
        await desk.Page.Keyboard.PressAsync("d");
        await Eventually.GetAsync(() => StatusAsync("DO-3"), s => s == "served", TimeSpan.FromSeconds(30));

        async Task<string?> StatusAsync(string number) =>
            Text((await system.Admin.AllTicketsAsync(queue)).Single(t => Text(t, "ticketNumber") == number), "status");
    }

    [Fact]
    public async Task A_key_pressed_while_an_action_runs_waits_for_it()
    {
        var queue = await system.DefineQueueAsync("Keys", "KE");
        await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenDeskAsync("Keys", queue);
        await Expect(desk.Row("KE-1")).ToBeVisibleAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await desk.Page.RouteAsync("**/call-next", async route =>
        {
            asked.TrySetResult();
            await answer.Task;
            await route.ContinueAsync();
        });
        await desk.Page.Keyboard.PressAsync("n");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await desk.Page.Keyboard.PressAsync("s");
        answer.SetResult();
        await Expect(desk.Page.GetByText("Being served")).ToBeVisibleAsync();
        Assert.Equal("serving", Text(Assert.Single(await system.Admin.AllTicketsAsync(queue)), "status"));
    }

    [Fact]
    public async Task With_the_keyboard_alone_the_focus_is_always_on_something()
    {
        var queue = await system.DefineQueueAsync("Focus", "FO");
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenDeskAsync("Focus", queue);
        await desk.Button("Call next").FocusAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Button("Start")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.Locator("[data-action=done]")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Button("Call next")).ToBeFocusedAsync();
        // A row that is gone when it is called.
        await desk.Page.Locator(".line-call").FocusAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync("FO-2");
        await Expect(desk.Button("Start")).ToBeFocusedAsync();
        // Out of a dialog, back to what opened it; and on, when that is gone too.
        await desk.Button("Back in line").FocusAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByLabel("How many go first?")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Escape");
        await Expect(desk.Button("Back in line")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByLabel("How many go first?")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Button("Call next")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Five_hundred_people_in_line_do_not_slow_the_page_down()
    {
        var queue = await system.Admin.DefineQueueAsync(
            new
            {
                name = "Crowd",
                prefix = "CR",
                maxActiveTickets = 1000,
            }
        );
        for (var i = 0; i < 500; i++)
            await system.Admin.TakeAsync(queue);
        await using var desk = await system.OpenDeskAsync("Crowd", queue);
        await Expect(desk.Page.Locator(".line-row")).ToHaveCountAsync(500, new() { Timeout = 30_000 });
        // What is out of sight is not laid out.
        Assert.False(
            await desk.Page.Locator(".line-who").Last.EvaluateAsync<bool>("e => e.checkVisibility({ contentVisibilityAuto: true })")
        );
        var longest = await desk.Page.EvaluateAsync<double>(
            """
            async () => {
              const field = document.querySelector('input[type=search]');
              let longest = 0;
              for (const text of ['C', 'CR', 'CR-', 'CR-4', 'CR-49', 'CR-499', '']) {
                const begun = performance.now();
                field.value = text;
                field.dispatchEvent(new InputEvent('input', { bubbles: true }));
                await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                longest = Math.max(longest, performance.now() - begun);
              }
              return longest;
            }
            """
        );
        TestContext.Current.TestOutputHelper?.WriteLine($"{longest:0} ms for the slowest letter");
        await Expect(desk.Page.Locator(".line-row")).ToHaveCountAsync(500);
        Assert.InRange(longest, 0, 2000);
        await desk.Page.GetByLabel("Find by number, name or phone").FillAsync("CR-499");
        await desk.Page.Locator(".line-call").ClickAsync();
        await Expect(desk.Page.GetByTestId("current")).ToHaveTextAsync("CR-499");
    }

    [Fact]
    public async Task On_a_phone_the_person_stays_in_sight_and_nothing_is_wider_than_it()
    {
        var queue = await system.DefineQueueAsync("In the hand", "IH");
        for (var i = 0; i < 30; i++)
            await system.Admin.TakeAsync(queue);
        await system.DefineCounterAsync("Hand", queue);
        await using var phone = await system.OpenStaffAsync(options: Device.Phone);
        await phone.SitAsync("Hand");
        await phone.Button("Call next").TapAsync();
        var current = phone.Page.GetByTestId("current");
        await Expect(current).ToHaveTextAsync("IH-1");
        await phone.Row("IH-30").ScrollIntoViewIfNeededAsync();
        await Expect(current).ToBeInViewportAsync();
        await Expect(phone.Button("Start")).ToBeInViewportAsync();
        await Expect(phone.Row("IH-30")).ToBeInViewportAsync();
        Assert.True(
            await phone.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "The page is wider than a phone of 320 px."
        );
    }

    [Fact]
    public async Task A_device_whose_clock_is_wrong_shows_waits_by_the_clock_of_the_server()
    {
        var queue = await system.DefineQueueAsync("Clocks", "CK");
        await system.Admin.TakeAsync(queue);
        await system.DefineCounterAsync("Clocks", queue);
        await using var desk = await system.OpenStaffAsync();
        await desk.Context.AddInitScriptAsync("const real = Date.now; Date.now = () => real() + 3 * 60 * 60 * 1000;");
        await desk.SitAsync("Clocks");
        await Expect(desk.Page.Locator(".line-waited")).ToHaveTextAsync("0 min");
    }

    private Task<JsonElement> TakeAsync(object ticket) =>
        system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/tickets", ticket);

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
