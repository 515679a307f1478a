using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>One person's browser. It notes whatever a page must not do.</summary>
public sealed class Device : IAsyncDisposable
{
    private const string Audit = """
        async rules => {
          const found = await axe.run(document, { runOnly: rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] });
          return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)} ${n.any.map(a => a.message).join(' ')}`));
        }
        """;

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> faults = new();

    private Device(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
    }

    public static BrowserNewContextOptions Phone =>
        new()
        {
            ViewportSize = new ViewportSize { Width = 320, Height = 640 },
            HasTouch = true,
            IsMobile = true,
        };

    public IPage Page { get; }

    public IBrowserContext Context => context;

    public static async Task<Device> OpenAsync(IBrowser browser, Uri address, BrowserNewContextOptions? options)
    {
        options ??= new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        };
        options.BaseURL = address.ToString();
        options.Locale ??= "en-GB";
        options.ReducedMotion = ReducedMotion.Reduce;
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(10_000);
        var device = new Device(context, await context.NewPageAsync());
        context.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (url.Scheme is not ("data" or "blob") && url.Authority != address.Authority)
                device.faults.Enqueue($"called {request.Url}");
        };
        context.WebError += (_, error) => device.faults.Enqueue(error.Error);
        device.Page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                device.faults.Enqueue(message.Text);
        };
        return device;
    }

    /// <summary>As if this browser had signed in before.</summary>
    public async Task SignInAsync(JsonElement answer)
    {
        var session = JsonSerializer.Serialize(
            new
            {
                user = answer.GetProperty("user"),
                accessToken = answer.GetProperty("accessToken").GetString(),
                refreshToken = answer.GetProperty("refreshToken").GetString(),
                expiresAt = DateTimeOffset.UtcNow.AddSeconds(answer.GetProperty("expiresIn").GetInt32()).ToUnixTimeMilliseconds(),
            }
        );
        await KeepAsync("session", session);
    }

    /// <summary>As if this browser had kept it before.</summary>
    public Task KeepAsync(string key, string json) =>
        context.AddInitScriptAsync(
            $"location.protocol === 'about:' || (localStorage.getItem('sq.{key}') ?? localStorage.setItem('sq.{key}', {JsonSerializer.Serialize(json)}))"
        );

    public async Task GoToAsync(string path) => await Page.GotoAsync(path);

    /// <summary>What of the page breaks WCAG, as axe finds it.</summary>
    /// <param name="rules">Only these; <c>null</c> for all.</param>
    public async Task<IReadOnlyList<string>> ViolationsAsync(string[]? rules = null)
    {
        var script = Path.Combine(SystemWithPages.Sources, "node_modules/axe-core/axe.min.js");
        Assert.SkipUnless(File.Exists(script), "axe-core is not installed: services/Gateway/Web/build does it.");
        // The policy of the page allows no script of others; one that is evaluated is none.
        if (!await Page.EvaluateAsync<bool>("'axe' in window"))
            await Page.EvaluateAsync(await File.ReadAllTextAsync(script, TestContext.Current.CancellationToken));
        var found = await Page.EvaluateAsync<JsonElement>(Audit, rules);
        return [.. found.EnumerateArray().Select(v => v.GetString()!)];
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = name });

    /// <summary>The row of a table that begins with a name.</summary>
    public ILocator RowOf(string name) =>
        Page.Locator(
            "tbody tr",
            new PageLocatorOptions { Has = Page.GetByRole(AriaRole.Rowheader, new PageGetByRoleOptions { Name = name }) }
        );

    /// <summary>Looks for a row of the page's table, which shows fifty at first.</summary>
    public async Task FindAsync(string text)
    {
        // What is typed while a dialog is open goes there.
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Page.GetByLabel("Search").FillAsync(text);
    }

    /// <summary>Does what stands behind the menu of a row.</summary>
    public async Task ChooseAsync(string name, string action)
    {
        await Button($"More: {name}").ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = action }).ClickAsync();
    }

    /// <summary>A counter to choose.</summary>
    public ILocator Desk(string counter) =>
        Page.Locator(
            ".desk-list button",
            new PageLocatorOptions { Has = Page.GetByText($"Counter {counter}", new PageGetByTextOptions { Exact = true }) }
        );

    /// <summary>Sits down at a counter.</summary>
    public async Task SitAsync(string counter)
    {
        await GoToAsync("/counter");
        await Desk(counter).ClickAsync();
        await Expect(Heading($"Counter {counter}")).ToBeVisibleAsync();
        // Theirs, and not just shown: only then a key does something.
        await Expect(Page.Locator(".now-actions")).ToBeVisibleAsync();
    }

    /// <summary>Somebody who waits, on the page of a counter.</summary>
    public ILocator Row(string text) => Page.Locator(".line-row", new PageLocatorOptions { HasText = text });

    /// <summary>Takes a number as people with a phone do.</summary>
    public async Task TakeNumberAsync(string queue, string number)
    {
        await GoToAsync($"/q/{queue}");
        await Button("Take a number").TapAsync();
        await Expect(Heading(number)).ToBeVisibleAsync();
        Assert.Matches(new Regex("/t/[^#]+#.{20,}"), Page.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        Assert.True(faults.IsEmpty, string.Join('\n', faults));
    }
}
