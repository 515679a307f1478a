using System.Collections.Concurrent;

namespace SmartQueue.Pages.Tests;

public sealed class SessionTests(SystemWithPages system)
{
    /// <param name="locks">Browsers have them on https and localhost only; a hall often has plain http.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tab_does_not_renew_while_another_does_and_both_stay_signed_in(bool locks)
    {
        var queue = await system.DefineQueueAsync("Two tabs");
        await using var desk = await system.OpenDeskAsync(locks ? "51" : "52", queue);
        if (!locks)
            await desk.Context.AddInitScriptAsync("Object.defineProperty(navigator, 'locks', { value: undefined })");
        // A page that asks for nothing, so that nobody renews yet.
        await desk.GoToAsync("/reset");
        await Expect(desk.Heading("Forgotten password")).ToBeVisibleAsync();
        var other = await desk.Context.NewPageAsync();

        var renewals = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await desk.Context.RouteAsync("**/api/auth/refresh", async route =>
        {
            Interlocked.Increment(ref renewals);
            begun.TrySetResult();
            await answer.Task;
            await route.ContinueAsync();
        });
        await desk.Page.EvaluateAsync(
            "localStorage.setItem('sq.session', JSON.stringify({ ...JSON.parse(localStorage.getItem('sq.session')), expiresAt: 0 }))"
        );
        await desk.GoToAsync("/counter");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await other.GotoAsync("/counter");
        await Expect(other.GetByText("Loading …")).ToBeVisibleAsync();
        Assert.Equal(1, renewals);
        answer.SetResult();
        await Expect(desk.Heading("Counter 5")).ToBeVisibleAsync();
        await Expect(other.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Counter 5" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_tab_whose_renewal_is_refused_takes_the_session_another_stored_meanwhile()
    {
        await using var desk = await system.OpenStaffAsync();
        await desk.GoToAsync("/counter");
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();
        await desk.Page.RouteAsync("**/api/auth/refresh", async route =>
        {
            // As another tab does, before this one has its answer.
            await desk.Page.EvaluateAsync(
                "localStorage.setItem('sq.session', JSON.stringify({ ...JSON.parse(localStorage.getItem('sq.session')), refreshToken: 'of another tab', expiresAt: Date.now() + 600000 }))"
            );
            await route.FulfillAsync(
                new RouteFulfillOptions
                {
                    Status = 401,
                    ContentType = "application/problem+json",
                    Body = """{"code":"UNAUTHENTICATED"}""",
                }
            );
        });
        await desk.Page.EvaluateAsync(
            "localStorage.setItem('sq.session', JSON.stringify({ ...JSON.parse(localStorage.getItem('sq.session')), expiresAt: 0 }))"
        );
        await desk.Page.RunAndWaitForResponseAsync(
            () => desk.Page.ReloadAsync(),
            r => r.Url.EndsWith("/api/auth/refresh", StringComparison.Ordinal)
        );
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_out_signs_out_in_every_tab()
    {
        await using var desk = await system.OpenAsync();
        await desk.GoToAsync("/counter");
        await desk.Page.GetByLabel("Email").FillAsync(SystemClient.AdminEmail);
        await desk.Page.GetByLabel("Password").FillAsync(SystemClient.AdminPassword);
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 20_000 });
        var other = await desk.Context.NewPageAsync();
        await other.GotoAsync("/counter");
        await other.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await Expect(desk.Heading("Sign in")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_action_whose_answer_was_lost_is_repeated_under_its_key_and_the_next_has_one_of_its_own()
    {
        var queue = await system.DefineQueueAsync("Repeats", "RP");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "RP-1");
        for (var i = 0; i < 3; i++)
            await system.Admin.TakeAsync(queue);
        var keys = new ConcurrentQueue<string>();
        await phone.Page.RouteAsync("**/defer", async route =>
        {
            keys.Enqueue(route.Request.Headers.GetValueOrDefault("idempotency-key", ""));
            if (keys.Count == 1)
                await route.AbortAsync();
            else
                await route.ContinueAsync();
        });
        await DeferAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No connection.");
        await DeferAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("2");
        await DeferAsync();
        await Expect(phone.Page.GetByTestId("position")).ToHaveTextAsync("3");

        Assert.Equal(3, keys.Count);
        Assert.All(keys, k => Assert.InRange(k.Length, 32, 128));
        Assert.Equal(keys.ElementAt(0), keys.ElementAt(1));
        Assert.NotEqual(keys.ElementAt(1), keys.ElementAt(2));

        async Task DeferAsync()
        {
            await phone.Button("I am running late").ClickAsync();
            await phone.Button("1 first").ClickAsync();
        }
    }
}
