namespace SmartQueue.Pages.Tests;

public sealed class LoadingTests(SystemWithPages system)
{
    private const int MostBytes = 60 * 1024;

    [Fact]
    public async Task The_first_load_of_the_join_page_is_under_60_KB()
    {
        var queue = await system.DefineQueueAsync("Small", "S");
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
    [InlineData("/kiosk")]
    [InlineData("/display")]
    [InlineData("/counter")]
    [InlineData("/manage/queues")]
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
        var queue = await system.DefineQueueAsync("Offline", "O");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "O-1");
        await phone.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => undefined)");
        // Once through the worker, which keeps what it loads.
        await phone.Page.ReloadAsync();
        await Expect(phone.Heading("O-1")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(true);
        await phone.Page.ReloadAsync();
        await Expect(phone.Heading("O-1")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(false);
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeHiddenAsync();
    }
}
