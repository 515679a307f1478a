using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>The hall's screen: everything fits, every call gets its turn, and nothing that ends takes it along.</summary>
public sealed class DisplayTests(SystemWithPages system)
{
    private const string LongName = "Passports, identity cards and residence permits for people who have just moved here";

    /// <summary>Says what is spoken, and takes a moment to say it.</summary>
    private const string Voice = """
        window.spoken = [];
        Object.defineProperty(window, 'speechSynthesis', { value: {
          cancel() {},
          speak(said) { window.spoken.push(said.text); setTimeout(() => said.onend?.(), 1500); },
        } });
        """;

    /// <summary>What is cut off, laid over something else, off the screen or too small to read from afar.</summary>
    private const string Faults = """
        () => {
          const faults = [];
          const name = e => `${e.tagName}.${e.className} "${e.textContent.slice(0, 40)}"`;
          const hidden = e => !e.checkVisibility() || e.closest('.visually-hidden') || e.getBoundingClientRect().width <= 1;
          const all = [...document.querySelectorAll('.display, .display *')].filter(e => !hidden(e) && !(e instanceof SVGElement && e.tagName !== 'svg'));
          const texts = all.filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()));
          for (const e of texts) {
            const size = parseFloat(getComputedStyle(e).fontSize);
            if (size < innerHeight / 25 - 0.1) faults.push(`letters of ${size}px: ${name(e)}`);
          }
          for (const e of all) {
            const r = e.getBoundingClientRect();
            if (r.left < -1 || r.top < -1 || r.right > innerWidth + 1 || r.bottom > innerHeight + 1) faults.push(`off the screen: ${name(e)}`);
            if (getComputedStyle(e).overflow !== 'visible' && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) faults.push(`cut off: ${name(e)}`);
          }
          const boxes = all.filter(e => e.matches('h1, time, button, .notice, .display-row, .display-tile, .display-join, .display-idle'));
          boxes.push(...all.filter(e => e.matches('.display-number, .display-counter, .display-queue, .display-arrow')));
          boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
            if (a.contains(b) || b.contains(a)) return;
            const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
            const wide = Math.min(x.right, y.right) - Math.max(x.left, y.left);
            const high = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
            if (wide > 1 && high > 1) faults.push(`over one another: ${name(a)} and ${name(b)}`);
          }));
          return faults;
        }
        """;

    private static readonly (int Width, int Height)[] Sizes = [(1920, 1080), (3840, 2160), (1080, 1920), (1366, 768)];

    [Theory]
    [InlineData("en", "FA")]
    [InlineData("de", "FB")]
    [InlineData("ar", "FC")]
    public async Task Any_calls_and_names_fit_any_screen_in_letters_that_are_read_from_afar(string language, string prefix)
    {
        var admin = system.Admin;
        var counters = Enumerable.Range(1, 12).Select(n => $"{prefix}{n}").ToArray();
        var queues = new[]
        {
            await system.DefineQueueAsync(LongName, prefix, counters),
            await system.DefineQueueAsync($"Kraftfahrzeugzulassungsbehörde und Führerscheinangelegenheiten {prefix}"),
            await system.DefineQueueAsync($"Information {prefix}"),
            await system.DefineQueueAsync($"{new string('W', 90)}{prefix}"),
        };
        for (var i = 0; i < 14; i++)
            await admin.TakeAsync(queues[0]);
        await admin.ExpectAsync(
            HttpStatusCode.Accepted,
            HttpMethod.Post,
            $"/api/queues/{queues[1]}/announce",
            new { message = string.Concat(Enumerable.Repeat("The photo booth is out of order, please bring photographs. ", 8)).Trim() }
        );
        await using var screen = await system.OpenAsync();
        await screen.GoToAsync($"/display?queues={string.Join(',', queues)}&lang={language}");
        var faults = new List<string>();
        var called = 0;
        foreach (var count in (int[])[0, 1, 6, 12])
        {
            for (; called < count; called++)
                await admin.CallNextAsync(queues[0], counters[called]);
            await Expect(screen.Page.Locator(".display-row")).ToHaveCountAsync(count);
            foreach (var (width, height) in Sizes)
            {
                await screen.Page.SetViewportSizeAsync(width, height);
                await screen.Page.WaitForFunctionAsync(
                    "() => document.querySelector('.display')?.dataset.size === `${innerWidth}×${innerHeight}`"
                );
                var found = await screen.Page.EvaluateAsync<string[]>(Faults);
                faults.AddRange(found.Select(f => $"{count} calls, {width}×{height}: {f}"));
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task What_has_no_room_beside_the_calls_comes_in_turn()
    {
        var queues = new List<string>();
        for (var i = 1; i <= 8; i++)
            queues.Add(await system.DefineQueueAsync($"Counter service number {i} of the house"));
        await using var screen = await system.OpenAsync();
        await screen.Page.Clock.InstallAsync();
        await screen.GoToAsync($"/display?queues={string.Join(',', queues)}");
        await Expect(screen.Page.GetByText("number 1 of the house")).ToBeVisibleAsync();
        await Expect(screen.Page.GetByText("number 8 of the house")).ToBeHiddenAsync();
        for (var i = 0; i < 20 && !await screen.Page.GetByText("number 8 of the house").IsVisibleAsync(); i++)
            await screen.Page.Clock.RunForAsync(10_000);
        await Expect(screen.Page.GetByText("number 8 of the house")).ToBeVisibleAsync();
        await Expect(screen.Page.GetByText("number 1 of the house")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Several_calls_at_once_are_shown_and_spoken_one_after_the_other()
    {
        var queue = await system.DefineQueueAsync("Rush", "RU", "ru1", "ru2", "ru3");
        for (var i = 0; i < 3; i++)
            await system.Admin.TakeAsync(queue);
        await using var screen = await OpenStillAsync($"/display?queues={queue}");
        await Task.WhenAll(Enumerable.Range(1, 3).Select(n => system.Admin.CallNextAsync(queue, $"ru{n}")));
        var first = Numbers(screen).First;
        var announced = new List<string>();
        for (var turn = 1; turn <= 3; turn++)
        {
            await screen.Page.WaitForFunctionAsync("n => window.spoken.length === n", turn);
            var said = await screen.Page.EvaluateAsync<string>("window.spoken.at(-1)");
            announced.Add($"RU-{said[10]}");
            Assert.StartsWith($"Number RU {said[10]}, counter ru", said, StringComparison.Ordinal);
            await Expect(first).ToHaveTextAsync(announced[^1]);
            await Expect(screen.Page.Locator(".display-row").First).ToHaveClassAsync(new Regex("is-fresh"));
            await screen.Page.Clock.RunForAsync(4_000);
        }

        Assert.Equal(3, announced.Distinct().Count());
        // Each stands out for a while after its turn too.
        await Expect(screen.Page.Locator(".display-row.is-fresh")).ToHaveCountAsync(2);
        await screen.Page.Clock.RunForAsync(10_000);
        await Expect(screen.Page.Locator(".display-row.is-fresh")).ToHaveCountAsync(0);
        Assert.Equal(announced[^1], await first.InnerTextAsync());
    }

    [Fact]
    public async Task Who_is_called_again_is_on_top_and_stands_out_for_ten_seconds()
    {
        var queue = await system.DefineQueueAsync("Again", "AG", "ag1", "ag2");
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(queue);
        await using var screen = await OpenStillAsync($"/display?queues={queue}");
        var early = (await system.Admin.CallNextAsync(queue, "ag1")).GetProperty("id").GetString();
        await Expect(Numbers(screen)).ToHaveTextAsync(["AG-1"]);
        await screen.Page.Clock.RunForAsync(5_000);
        await system.Admin.CallNextAsync(queue, "ag2");
        await Expect(Numbers(screen)).ToHaveTextAsync(["AG-2", "AG-1"]);
        await screen.Page.Clock.RunForAsync(12_000);
        await Expect(screen.Page.Locator(".is-fresh")).ToHaveCountAsync(0);

        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/tickets/{early}/recall");
        await Expect(Numbers(screen)).ToHaveTextAsync(["AG-1", "AG-2"]);
        await Expect(screen.Page.Locator(".is-fresh .display-number")).ToHaveTextAsync(["AG-1"]);
        await screen.Page.Clock.RunForAsync(9_000);
        await Expect(screen.Page.Locator(".is-fresh .display-number")).ToHaveTextAsync(["AG-1"]);
        await screen.Page.Clock.RunForAsync(2_000);
        await Expect(screen.Page.Locator(".is-fresh")).ToHaveCountAsync(0);
        await Expect(Numbers(screen)).ToHaveTextAsync(["AG-1", "AG-2"]);
        Assert.Equal(
            ["Number AG 1, counter ag1", "Number AG 2, counter ag2", "Number AG 1, counter ag1"],
            await screen.Page.EvaluateAsync<string[]>("window.spoken")
        );
    }

    [Fact]
    public async Task Calls_made_while_the_network_was_away_are_shown_and_spoken()
    {
        var queue = await system.DefineQueueAsync("Cut off", "CO", "co1", "co2");
        await system.Admin.TakeAsync(queue);
        await system.Admin.TakeAsync(queue);
        await using var screen = await OpenAsync($"/display?queues={queue}");
        var early = (await system.Admin.CallNextAsync(queue, "co1")).GetProperty("id").GetString();
        await Expect(Numbers(screen)).ToHaveTextAsync(["CO-1"]);
        await screen.Context.SetOfflineAsync(true);
        await Expect(screen.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync();
        await system.Admin.CallNextAsync(queue, "co2");
        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/tickets/{early}/recall");
        await screen.Context.SetOfflineAsync(false);
        await screen.Page.WaitForFunctionAsync(
            "() => window.spoken.length === 2",
            null,
            new PageWaitForFunctionOptions { Timeout = 20_000 }
        );
        await screen.Page.Clock.RunForAsync(4_000);
        await screen.Page.WaitForFunctionAsync("() => window.spoken.length === 3");
        Assert.Equal(
            ["Number CO 1, counter co1", "Number CO 2, counter co2"],
            (await screen.Page.EvaluateAsync<string[]>("window.spoken.slice(1)")).Order()
        );
        await Expect(screen.Page.Locator(".is-fresh")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Sound_that_was_turned_on_stays_on_when_the_screen_loads_itself_again()
    {
        var queue = await system.DefineQueueAsync("Chime", "CH", "ch1");
        await using var browser = await system.LaunchAsync("--autoplay-policy=no-user-gesture-required");
        await using var screen = await Device.OpenAsync(browser, system.Address, null);
        await screen.Context.AddInitScriptAsync(
            """
            window.tones = 0;
            const create = AudioContext.prototype.createOscillator;
            AudioContext.prototype.createOscillator = function () { window.tones++; return create.call(this); };
            """
        );
        await screen.GoToAsync($"/display?queues={queue}");
        await screen.Button("Turn sound on").ClickAsync();
        await screen.Page.WaitForFunctionAsync("() => window.tones > 0");
        await screen.Page.ReloadAsync();
        await Expect(screen.Page.Locator(".display-idle")).ToBeVisibleAsync();
        await Expect(screen.Button("Turn sound on")).ToBeHiddenAsync();
        await system.Admin.TakeAsync(queue);
        await system.Admin.CallNextAsync(queue, "ch1");
        await screen.Page.WaitForFunctionAsync("() => window.tones === 2");
    }

    [Fact]
    public async Task The_same_number_of_two_branches_is_two_calls()
    {
        var branch = await BranchAsync("Twin town");
        var here = await system.DefineQueueAsync("Twins here", "TW", "tw1");
        var there = await DefineAsync(branch, "Twins there", "TW", "1");
        await system.Admin.TakeAsync(here);
        await system.Admin.TakeAsync(there);
        await using var screen = await OpenStillAsync($"/display?queues={here},{there}");
        await system.Admin.CallNextAsync(here, "tw1");
        await Expect(Numbers(screen)).ToHaveTextAsync(["TW-1"]);
        await screen.Page.Clock.RunForAsync(11_000);
        await system.Admin.CallNextAsync(there, "1");
        await Expect(Numbers(screen)).ToHaveTextAsync(["TW-1", "TW-1"]);
        await Expect(screen.Page.Locator(".is-fresh .display-queue")).ToHaveTextAsync(["Twins there"]);
    }

    [Fact]
    public async Task A_closed_queue_stays_while_people_are_in_it_and_a_deleted_one_goes()
    {
        var closing = await system.DefineQueueAsync("Closing soon", "CL", "cl1");
        var gone = await system.DefineQueueAsync("Gone soon", "GS");
        var ticket = (await system.Admin.TakeAsync(closing)).GetProperty("id").GetString()!;
        await using var house = await OpenAsync("/display");
        await using var screen = await OpenAsync($"/display?queues={closing},{gone}");
        await Expect(screen.Page.Locator(".display-tile")).ToHaveCountAsync(2);
        await system.Admin.ExpectAsync(HttpStatusCode.OK, HttpMethod.Patch, $"/api/queues/{closing}", new { isActive = false });
        await system.Admin.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/queues/{gone}");
        await system.Admin.CallNextAsync(closing, "cl1");
        await Expect(Numbers(screen)).ToHaveTextAsync(["CL-1"]);
        await Expect(house.Page.GetByText("CL-1")).ToBeVisibleAsync();
        await Expect(screen.Page.Locator(".display-tile"))
            .ToHaveTextAsync(["Closing soon0 waitingThis queue is closed at the moment. Staff can tell you when it opens."]);
        await system.Admin.MoveAsync(ticket, "served");
        await Expect(Numbers(screen)).ToHaveCountAsync(0);
        await screen.Page.ReloadAsync();
        await Expect(screen.Page.GetByText("Nobody is called at the moment.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_screen_is_of_its_counters_or_of_its_branch_and_says_how_to_join()
    {
        var branch = await BranchAsync("North wing");
        var left = await DefineAsync(branch, "Left side", "LE", "L1", "L2");
        var right = await DefineAsync(branch, "Right side", "RI", "R1");
        foreach (var queue in (string[])[left, left, right])
            await system.Admin.TakeAsync(queue);
        await using var zone = await OpenStillAsync($"/display?branch=north-wing&counters=l1,%20R1");
        await using var whole = await OpenAsync("/display?branch=north-wing");
        await Expect(whole.Heading("North wing")).ToBeVisibleAsync();
        await Expect(whole.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "Take a number with your phone" }))
            .ToBeVisibleAsync();
        await system.Admin.CallNextAsync(left, "L1");
        await system.Admin.CallNextAsync(left, "L2");
        await system.Admin.CallNextAsync(right, "R1");
        await Expect(Numbers(whole)).ToHaveTextAsync(["LE-1", "RI-1", "LE-2"]);
        await Expect(Numbers(zone)).ToHaveTextAsync(["LE-1", "RI-1"]);
        await zone.Page.Clock.RunForAsync(5_000);
        await zone.Page.WaitForFunctionAsync("() => window.spoken.length === 2");
        Assert.DoesNotContain("L2", string.Concat(await zone.Page.EvaluateAsync<string[]>("window.spoken")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twelve_hours_of_calls_leave_nothing_behind()
    {
        const int PerHour = 10;
        var queue = await system.DefineQueueAsync("All day", "HD", "hd1", "hd2", "hd3");
        await using var screen = await OpenAsync($"/display?queues={queue}");
        // The page's clock runs, and is moved on by an hour after each.
        var browser = await screen.Context.NewCDPSessionAsync(screen.Page);
        var held = new string?[3];
        var hours = new List<(long Objects, int Nodes, int Listeners)>();
        for (var hour = 1; hour <= 12; hour++)
        {
            for (var n = 0; n < PerHour; n++)
            {
                await system.Admin.TakeAsync(queue);
                if (held[n % 3] is { } served)
                    await system.Admin.MoveAsync(served, "served");
                var called = await system.Admin.CallNextAsync(queue, $"hd{1 + n % 3}");
                held[n % 3] = called.GetProperty("id").GetString();
                await Expect(Numbers(screen).First).ToHaveTextAsync(called.GetProperty("ticketNumber").GetString()!);
                // Its turn, and then it stands out no more.
                await screen.Page.Clock.RunForAsync(15_000);
                await Expect(screen.Page.Locator(".is-fresh")).ToHaveCountAsync(0);
            }

            await screen.Page.Clock.FastForwardAsync(60 * 60 * 1000);
            await Expect(screen.Page.GetByText("No connection. What you see may be old")).ToBeHiddenAsync();
            hours.Add(await KeptAsync());
        }

        foreach (var ((objects, nodes, listeners), hour) in hours.Select((h, i) => (h, i + 1)))
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"hour {hour}: {objects} bytes of objects, {nodes} nodes, {listeners} listeners"
            );
        // The first hours fill what is kept of a few calls.
        var (early, late) = (hours[3], hours[11]);
        Assert.InRange(late.Objects, 0, (long)(early.Objects * 1.01));
        Assert.InRange(late.Nodes, 0, early.Nodes * 1.1);
        Assert.InRange(late.Listeners, 0, early.Listeners * 1.1);

        // What can still be reached. Code that was compiled and what the browser notes of requests for who looks at them are not the page's.
        async Task<(long Objects, int Nodes, int Listeners)> KeptAsync()
        {
            await screen.Page.EvaluateAsync("window.spoken.length = 0");
            var chunks = new StringBuilder();
            void Keep(object? _, JsonElement? chunk) => chunks.Append(chunk!.Value.GetProperty("chunk").GetString());
            browser.Event("HeapProfiler.addHeapSnapshotChunk").OnEvent += Keep;
            await browser.SendAsync("HeapProfiler.takeHeapSnapshot");
            browser.Event("HeapProfiler.addHeapSnapshotChunk").OnEvent -= Keep;
            var counters = (await browser.SendAsync("Memory.getDOMCounters"))!.Value;
            using var heap = JsonDocument.Parse(chunks.ToString());
            return (
                SizeOf(heap.RootElement, "object", "closure", "array", "string", "concatenated string", "sliced string"),
                counters.GetProperty("nodes").GetInt32(),
                counters.GetProperty("jsEventListeners").GetInt32()
            );
        }
    }

    /// <summary>How many bytes things of these types take in a snapshot of the heap, each without what it refers to.</summary>
    private static long SizeOf(JsonElement snapshot, params string[] types)
    {
        var meta = snapshot.GetProperty("snapshot").GetProperty("meta");
        var fields = meta.GetProperty("node_fields").EnumerateArray().Select(f => f.GetString()).ToList();
        var names = meta.GetProperty("node_types")[0].EnumerateArray().Select(t => t.GetString()).ToList();
        var (type, size) = (fields.IndexOf("type"), fields.IndexOf("self_size"));
        return snapshot
            .GetProperty("nodes")
            .EnumerateArray()
            .Chunk(fields.Count)
            .Where(node => types.Contains(names[node[type].GetInt32()]))
            .Sum(node => node[size].GetInt64());
    }

    private static ILocator Numbers(Device screen) => screen.Page.Locator(".display-number");

    /// <summary>A screen with its sound on, whose clock goes on by itself.</summary>
    private async Task<Device> OpenAsync(string path)
    {
        var screen = await system.OpenAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1920, Height = 1080 },
            }
        );
        await screen.Context.AddInitScriptAsync(Voice);
        await screen.Page.Clock.InstallAsync();
        var follows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        screen.Page.WebSocket += (_, socket) =>
            socket.FrameReceived += (_, frame) =>
            {
                if (frame.Text?.Contains("queue:updated", StringComparison.Ordinal) is true)
                    follows.TrySetResult();
            };
        await screen.GoToAsync(path);
        await screen.Button("Turn sound on").ClickAsync();
        await Expect(screen.Button("Turn sound on")).ToBeHiddenAsync();
        await follows.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return screen;
    }

    /// <summary>The same, with a clock that stands until it is moved.</summary>
    private async Task<Device> OpenStillAsync(string path)
    {
        var screen = await OpenAsync(path);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(await screen.Page.EvaluateAsync<long>("Date.now()"));
        await screen.Page.Clock.PauseAtAsync(now.UtcDateTime.AddSeconds(2));
        return screen;
    }

    private async Task<string> BranchAsync(string name) =>
        (await system.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/branches", new { name }))
            .GetProperty("id")
            .GetString()!;

    private Task<string> DefineAsync(string branchId, string name, string prefix, params string[] counters) =>
        system.Admin.DefineQueueAsync(
            new
            {
                branchId,
                name,
                prefix,
                counters = counters.Select(c => new { name = c }),
            }
        );
}
