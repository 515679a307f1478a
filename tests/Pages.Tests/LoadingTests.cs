namespace SmartQueue.Pages.Tests;

public sealed class LoadingTests(SystemWithPages system)
{
    private const int MostBytes = 30 * 1024;

    // A worker would answer from what it kept.
    private static BrowserNewContextOptions WithoutWorker => new() { ServiceWorkers = ServiceWorkerPolicy.Block };

    private static LocatorAssertionsToBeVisibleOptions Patient => new() { Timeout = 20_000 };

    [Fact]
    public async Task The_first_load_of_the_join_page_is_under_30_KB()
    {
        var queue = await system.DefineQueueAsync("Small");
        await using var phone = await system.OpenAsync(Device.Phone);
        var network = await phone.Context.NewCDPSessionAsync(phone.Page);
        var bytes = 0.0;
        network.Event("Network.loadingFinished").OnEvent += (_, e) => bytes += e!.Value.GetProperty("encodedDataLength").GetDouble();
        await network.SendAsync("Network.enable");
        await phone.Page.GotoAsync($"/q/{queue}", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await Expect(phone.Button("Take a number")).ToBeVisibleAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes");
        Assert.InRange(bytes, 1000, MostBytes);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/q/x")]
    [InlineData("/t/x")]
    [InlineData("/book/x")]
    [InlineData("/a/x")]
    [InlineData("/kiosk")]
    [InlineData("/display")]
    [InlineData("/counter")]
    [InlineData("/manage/queues")]
    [InlineData("/account")]
    [InlineData("/reset")]
    [InlineData("/accept")]
    [InlineData("/verify")]
    [InlineData("/setup")]
    public async Task Pages_allow_no_inline_script_or_style_and_no_other_origin(string path)
    {
        _ = system.Browser;
        using var answer = await system.Admin.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_installed_and_shows_what_it_knew_without_a_network()
    {
        var queue = await system.DefineQueueAsync("Offline", "OF");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "OF-1");
        await phone.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => undefined)");
        // Once through the worker, which keeps what it loads.
        await phone.Page.ReloadAsync();
        await Expect(phone.Heading("OF-1")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(true);
        await phone.Page.ReloadAsync();
        await Expect(phone.Heading("OF-1")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(false);
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task What_is_asked_of_the_system_does_not_wait_for_the_worker_that_keeps_the_pages()
    {
        var queue = await system.DefineQueueAsync("Passed by");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.GoToAsync($"/q/{queue}");
        await phone.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => undefined)");
        await phone.Page.ReloadAsync();
        await Expect(phone.Button("Take a number")).ToBeVisibleAsync();
        Assert.True(await phone.Page.EvaluateAsync<bool>("navigator.serviceWorker.controller !== null"));
        var through = await phone.Page.EvaluateAsync<string[][]>(
            """
            ['/assets/', '/api/'].map((path) => performance.getEntriesByType('resource')
                .filter((e) => new URL(e.name).pathname.startsWith(path) && e.workerStart > 0 && e.workerFinalSourceType !== 'network').map((e) => e.name))
            """
        );
        Assert.NotEmpty(through[0]);
        Assert.Empty(through[1]);
    }

    /// <param name="part">A file of the page's.</param>
    /// <param name="said">What the page says while it is away.</param>
    [Theory]
    [InlineData("/locales/en.json", "No connection. Trying again …")]
    [InlineData("/assets/display-", "No connection. Trying again …")]
    [InlineData("/assets/format-", "No connection. Trying again …")]
    [InlineData("/assets/esm-", "No connection. What you see may be old")]
    public async Task A_part_that_could_not_be_loaded_is_loaded_when_the_network_is_back(string part, string said)
    {
        var queue = await system.DefineQueueAsync("Parts");
        await system.Admin.TakeAsync(queue);
        await using var screen = await system.OpenAsync(WithoutWorker);
        var away = true;
        await screen.Page.RouteAsync($"**{part}*", route => away ? route.AbortAsync() : route.ContinueAsync());
        await screen.GoToAsync($"/display?queues={queue}");
        await Expect(screen.Page.GetByText(said)).ToBeVisibleAsync(Patient);
        away = false;
        await Expect(screen.Page.GetByText("1 waiting")).ToBeVisibleAsync(Patient);
        await Expect(screen.Page.GetByText(said)).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 20_000 });
        // With its style sheet, which fails together with the script.
        Assert.Equal("flex", await screen.Page.Locator(".display-head").EvaluateAsync<string>("head => getComputedStyle(head).display"));
    }

    [Theory]
    [InlineData("/", "home", "h2")]
    [InlineData("/q/{queue}", "join", "button.primary")]
    [InlineData("/q/{queue}", "closed", "button.primary")]
    [InlineData("/t/nothing", "ticket", "h1")]
    [InlineData("/t/nothing", "alerts", "h1")]
    [InlineData("/t/nothing", "live", "h1")]
    [InlineData("/book/main", "book", "h1")]
    [InlineData("/book/main", "times", "h1")]
    [InlineData("/a/nothing", "appointment", "h1")]
    [InlineData("/kiosk", "kiosk", "main")]
    [InlineData("/kiosk", "qr", "main")]
    [InlineData("/counter", "counter", "input[type=password]")]
    [InlineData("/manage", "manage", "input[type=password]")]
    [InlineData("/account", "account", "input[type=password]")]
    [InlineData("/reset#token", "reset", "input[type=password]")]
    [InlineData("/accept#token", "accept", "input[type=password]")]
    [InlineData("/verify#token", "verify", "main button")]
    [InlineData("/setup#token", "setup", "input[type=password]")]
    public async Task Every_page_says_that_it_cannot_be_loaded_and_comes_when_the_network_is_back(string path, string part, string there)
    {
        var queue = await system.DefineQueueAsync("Every page");
        await using var device = await system.OpenAsync(WithoutWorker);
        var away = true;
        await device.Page.RouteAsync($"**/assets/{part}-*", route => away ? route.AbortAsync() : route.ContinueAsync());
        await device.GoToAsync(path.Replace("{queue}", queue, StringComparison.Ordinal));
        await Expect(device.Page.GetByText("No connection. Trying again …")).ToBeVisibleAsync(Patient);
        away = false;
        await Expect(device.Page.Locator(there).First).ToBeVisibleAsync(Patient);
    }

    [Theory]
    [InlineData("/counter", "/locales/staff/en.json")]
    [InlineData("/", "/locales/en.json")]
    public async Task Texts_that_cannot_be_loaded_come_when_the_network_is_back(string path, string texts)
    {
        await using var device = await system.OpenAsync(WithoutWorker);
        var away = true;
        await device.Page.RouteAsync($"**{texts}*", route => away ? route.AbortAsync() : route.ContinueAsync());
        await device.GoToAsync(path);
        await Expect(device.Page.GetByText("No connection. Trying again …")).ToBeVisibleAsync(Patient);
        away = false;
        await Expect(device.Page.GetByRole(AriaRole.Heading).First).ToBeVisibleAsync(Patient);
    }

    [Fact]
    public async Task A_part_that_an_upgrade_took_away_makes_the_page_load_again()
    {
        var queue = await system.DefineQueueAsync("Upgraded");
        await using var phone = await system.OpenAsync(WithoutWorker);
        var documents = 0;
        phone.Page.DOMContentLoaded += (_, _) => documents++;
        await phone.Page.RouteAsync("**/assets/join-*", route =>
            documents < 2 ? route.FulfillAsync(new RouteFulfillOptions { Status = 404 }) : route.ContinueAsync()
        );
        await phone.GoToAsync($"/q/{queue}");
        await Expect(phone.Button("Take a number")).ToBeVisibleAsync(Patient);
        Assert.Equal(2, documents);
    }

    [Fact]
    public async Task A_language_chosen_without_a_network_comes_when_it_is_back()
    {
        var queue = await system.DefineQueueAsync("Languages");
        await using var phone = await system.OpenAsync(WithoutWorker);
        await phone.GoToAsync($"/q/{queue}");
        await Expect(phone.Button("Take a number")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(true);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        phone.Page.RequestFailed += (_, request) =>
        {
            if (request.Url.Contains("/locales/de.json", StringComparison.Ordinal))
                failed.TrySetResult();
        };
        await phone.Page.GetByLabel("Language").SelectOptionAsync("de");
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Expect(phone.Button("Take a number")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(false);
        await Expect(phone.Button("Nummer ziehen")).ToBeVisibleAsync(Patient);
    }
}
