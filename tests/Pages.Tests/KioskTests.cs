using System.Text.RegularExpressions;

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

    [Theory]
    [InlineData(1080, 1920)]
    [InlineData(1920, 1080)]
    [InlineData(1024, 768)]
    public async Task What_it_offers_fills_the_screen_and_a_message_moves_nothing_out_of_its_place(int width, int height)
    {
        var name = $"{width}";
        var queues = new List<string>();
        for (var i = 1; i <= 3; i++)
            queues.Add(
                await system.Admin.DefineQueueAsync(new { name = $"Errand {i} of {name}", description = "Bring your identity card." })
            );
        queues.Add(await system.Admin.DefineQueueAsync(new { name = $"Full {name}", maxActiveTickets = 1 }));
        await system.Admin.TakeAsync(queues[3]);
        await using var kiosk = await OpenAsync(queues, new ViewportSize { Width = width, Height = height });
        await kiosk.GoToAsync("/kiosk");
        await Expect(kiosk.Button($"Errand 3 of {name} Bring your identity card. Waiting: 0")).ToBeEnabledAsync();
        await Expect(kiosk.Button($"Full {name}")).ToBeDisabledAsync();
        await Expect(kiosk.Button($"Full {name}")).ToContainTextAsync("This queue is full at the moment.");
        await MeasureAsync();
        var foot = (await kiosk.Page.Locator(".kiosk-foot").BoundingBoxAsync())!.Y;

        await kiosk.Context.SetOfflineAsync(true);
        await kiosk.Button($"Errand 1 of {name}").ClickAsync();
        await Expect(kiosk.Page.GetByText("No connection. Please try again in a moment.")).ToBeVisibleAsync();
        await MeasureAsync();
        Assert.Equal(foot, (await kiosk.Page.Locator(".kiosk-foot").BoundingBoxAsync())!.Y);

        async Task MeasureAsync()
        {
            var faults = await kiosk.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const faults = [];
                  const box = selector => document.querySelector(selector).getBoundingClientRect();
                  const [head, list, foot] = [box('.kiosk-head'), box('.kiosk-queues'), box('.kiosk-foot')];
                  const buttons = [...document.querySelectorAll('.kiosk-queues button')];
                  const rects = buttons.map(b => b.getBoundingClientRect());
                  const covered = rects.reduce((sum, r) => sum + r.width * r.height, 0) / (list.width * list.height);
                  if (covered < 0.85) faults.push(`only ${covered} of the room is used`);
                  if (list.top - head.bottom > 60 || foot.top - list.bottom > 60) faults.push('there is room above or below');
                  if (foot.bottom > innerHeight || foot.right > innerWidth) faults.push('the foot is off the screen');
                  for (const r of rects) if (r.top < head.bottom || r.bottom > foot.top + 1) faults.push('a choice is off its place');
                  for (const b of buttons) if (b.scrollHeight > b.clientHeight + 1 || b.scrollWidth > b.clientWidth + 1) faults.push(`cut off: ${b.textContent}`);
                  const letters = parseFloat(getComputedStyle(document.querySelector('.kiosk-queues strong')).fontSize);
                  if (letters < Math.min(innerWidth, innerHeight) / 30) faults.push(`letters of ${letters} px`);
                  return faults;
                }
                """
            );
            Assert.Empty(faults);
        }
    }

    [Fact]
    public async Task A_phone_number_is_entered_on_a_large_pad_or_left_out()
    {
        var queue = await system.DefineQueueAsync("Call me", "CM");
        await using var kiosk = await OpenAsync([queue], new ViewportSize { Width = 1080, Height = 1920 }, "\"askPhone\":true,");
        await kiosk.GoToAsync("/kiosk");
        await kiosk.Button("Call me").ClickAsync();
        foreach (var key in "+4930901820")
            await kiosk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"{key}", Exact = true }).ClickAsync();
        var keys = (await kiosk.Page.Locator(".pin-keys").BoundingBoxAsync())!;
        Assert.InRange(keys.Width, 700, 1080);
        // In the lower half, where hands reach.
        Assert.InRange(keys.Y, 600, 1920);
        await kiosk.Button("Take a number").ClickAsync();
        await Expect(kiosk.Heading("Your number CM-1")).ToBeVisibleAsync();
        Assert.Equal("+4930901820", (await system.Admin.AllTicketsAsync(queue))[0].GetProperty("phone").GetString());
        await kiosk.Button("Done").ClickAsync();
        await kiosk.Button("Call me").ClickAsync();
        await kiosk.Button("Go on without it").ClickAsync();
        await Expect(kiosk.Heading("Your number CM-2")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_language_chosen_on_the_start_screen_goes_back_too()
    {
        var queue = await system.DefineQueueAsync("Languages of the kiosk");
        await using var kiosk = await OpenAsync([queue]);
        await kiosk.Page.Clock.InstallAsync();
        await kiosk.GoToAsync("/kiosk");
        await kiosk.Button("Deutsch").ClickAsync();
        await Expect(kiosk.Heading("Was möchten Sie erledigen?")).ToBeVisibleAsync();
        await kiosk.Page.Clock.RunForAsync(22_000);
        await Expect(kiosk.Heading("What are you here for?")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whatever_was_deleted_it_goes_on_with_the_rest_and_staff_get_out()
    {
        var queue = await system.DefineQueueAsync("Stays for now");
        var gone = await system.DefineQueueAsync("Goes at once");
        await using var kiosk = await OpenAsync([queue, gone]);
        await system.Admin.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/queues/{gone}");
        await kiosk.GoToAsync("/kiosk");
        await Expect(kiosk.Button("Stays for now")).ToBeEnabledAsync();
        await Expect(kiosk.Page.GetByText("Goes at once")).ToBeHiddenAsync();
        await system.Admin.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/queues/{queue}");
        await kiosk.Page.ReloadAsync();
        await kiosk.Button("Staff").ClickAsync();
        await EnterAsync(kiosk, "2468");
        await Expect(kiosk.Heading("Kiosk")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Guesses_of_the_pin_are_counted_by_the_server_also_over_a_restart()
    {
        var queue = await system.DefineQueueAsync("Guessed");
        await using var kiosk = await OpenAsync([queue]);
        await kiosk.GoToAsync("/kiosk");
        await kiosk.Page.WaitForFunctionAsync("() => JSON.parse(localStorage['sq.kiosk']).seal");
        Assert.DoesNotContain("2468", await kiosk.Page.EvaluateAsync<string>("localStorage['sq.kiosk']"), StringComparison.Ordinal);
        await kiosk.Button("Staff").ClickAsync();
        for (var n = 0; n < 5; n++)
            Assert.Equal(401, await GuessAsync());

        await kiosk.Page.ReloadAsync();
        await kiosk.Button("Staff").ClickAsync();
        // A machine that is slow may have waited as long as it must. Forgotten, the next five would be free again.
        var refused = false;
        for (var n = 0; n < 4 && !refused; n++)
            refused = await GuessAsync() == 429;
        Assert.True(refused);
        await Expect(kiosk.Page.GetByText("Too many tries.")).ToBeVisibleAsync();

        async Task<int> GuessAsync()
        {
            var answer = kiosk.Page.WaitForResponseAsync("**/api/auth/pins/check");
            await EnterAsync(kiosk, "1111");
            var status = (await answer).Status;
            await Expect(kiosk.Button("Confirm")).ToBeEnabledAsync();
            return status;
        }
    }

    [Fact]
    public async Task A_number_is_printed_on_an_80_mm_page_with_place_date_and_code()
    {
        var queue = await system.DefineQueueAsync("Paper", "PR");
        await using var kiosk = await OpenAsync([queue]);
        await kiosk.GoToAsync("/kiosk");
        await kiosk.Button("Paper").ClickAsync();
        await Expect(kiosk.Heading("Your number PR-1")).ToBeVisibleAsync();
        var pdf = System.Text.Encoding.Latin1.GetString(await kiosk.Page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true }));
        var pages = Regex.Matches(pdf, @"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)");
        var page = Assert.Single(pages);
        Assert.Equal(
            [80, 160],
            page.Groups.Values.Skip(1)
                .Select(g => Math.Round(double.Parse(g.Value, System.Globalization.CultureInfo.InvariantCulture) * 25.4 / 72))
        );
        var slip = kiosk.Page.Locator(".kiosk-slip");
        var branch = (await system.Admin.GetAsync("/api/branches/main")).GetProperty("name").GetString()!;
        await Expect(slip).ToContainTextAsync(branch);
        await Expect(slip).ToContainTextAsync($"{DateTimeOffset.UtcNow.Year}");
        await Expect(slip.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
    }

    /// <summary>A kiosk that runs, as one of before that still kept its PIN.</summary>
    private async Task<Device> OpenAsync(IEnumerable<string> queues, ViewportSize? size = null, string more = "")
    {
        var kiosk = await system.OpenAsync(
            new BrowserNewContextOptions { ViewportSize = size ?? new ViewportSize { Width = 1080, Height = 1280 }, HasTouch = true }
        );
        await kiosk.KeepAsync(
            "kiosk",
            $$"""{"queues":[{{string.Join(',', queues.Select(q => $"\"{q}\""))}}],"pin":"2468",{{more}}"print":false,"language":"en","locked":true}"""
        );
        return kiosk;
    }

    private static async Task EnterAsync(Device kiosk, string pin)
    {
        foreach (var digit in pin)
            await kiosk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"{digit}", Exact = true }).TapAsync();
        await kiosk.Button("Confirm").TapAsync();
    }
}
