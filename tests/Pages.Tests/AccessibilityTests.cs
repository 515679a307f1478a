using System.Text.Json;

namespace SmartQueue.Pages.Tests;

public sealed class AccessibilityTests(SystemWithPages system)
{
    private static readonly string[] Languages = ["en", "ar"];

    [Fact]
    public async Task No_page_breaks_WCAG_in_light_or_dark_or_Arabic()
    {
        _ = system.Browser;
        var hall = await Hall.OpenAsync(system);
        var violations = new List<string>();
        foreach (var alike in Scene.All.GroupBy(Hall.DeviceOf))
        {
            await using var device = await hall.OpenAsync(system, alike.First());
            foreach (var scene in alike)
            {
                foreach (var language in Languages)
                {
                    await scene.ShowAsync(device, hall, language);
                    await AuditAsync(scene, device, language, "light", null);
                    // The same document in other colours: only they can break anything now, and they are those of Arabic too.
                    if (language == "en")
                        await AuditAsync(scene, device, language, "dark", ["color-contrast"]);
                }
            }
        }

        Assert.True(violations.Count == 0, string.Join('\n', violations));

        async Task AuditAsync(Scene scene, Device device, string language, string theme, string[]? rules)
        {
            await device.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            violations.AddRange((await device.ViolationsAsync(rules)).Select(v => $"{scene.Name} {language} {theme}: {v}"));
        }
    }

    [Fact]
    public async Task Every_control_is_reached_with_the_tab_key_and_shows_it()
    {
        var hall = await Hall.OpenAsync(system);
        foreach (
            var scene in Scene.All.Where(s =>
                s.Name
                    is "join"
                        or "ticket"
                        or "book-contact"
                        or "appointment"
                        or "counter"
                        or "manage-queues"
                        or "manage-people"
                        or "account"
                        or "kiosk"
            )
        )
        {
            await using var device = await hall.OpenAsync(system, scene);
            await scene.ShowAsync(device, hall, "en");
            await device.Page.EvaluateAsync("document.activeElement?.blur()");
            var wanted = await device.Page.EvaluateAsync<int>(
                """() => [...document.querySelectorAll('a[href], button:not(:disabled), input, select:not(:disabled), summary')].filter(e => e.checkVisibility()).length"""
            );
            var reached = new HashSet<int>();
            for (var i = 0; i < wanted + 5; i++)
            {
                await device.Page.Keyboard.PressAsync("Tab");
                var focus = await device.Page.EvaluateAsync<JsonElement>(
                    """
                    () => {
                      const e = document.activeElement;
                      const all = [...document.querySelectorAll('a[href], button:not(:disabled), input, select:not(:disabled), summary')].filter(x => x.checkVisibility());
                      const style = getComputedStyle(e);
                      return { at: all.indexOf(e), of: all.length, seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, html: e.outerHTML.slice(0, 120) };
                    }
                    """
                );
                // Another test may have defined a queue meanwhile.
                wanted = focus.GetProperty("of").GetInt32();
                if (focus.GetProperty("at").GetInt32() < 0)
                    continue;
                reached.Add(focus.GetProperty("at").GetInt32());
                Assert.True(
                    focus.GetProperty("seen").GetBoolean(),
                    $"{scene.Name}: focus does not show on {focus.GetProperty("html").GetString()}"
                );
            }

            Assert.True(reached.Count == wanted, $"{scene.Name}: {reached.Count} of {wanted} controls are reached.");
        }
    }

    [Fact]
    public async Task What_changes_is_announced_politely()
    {
        var queue = await system.DefineQueueAsync("Notary", "NO");
        await using var phone = await system.OpenAsync(Device.Phone);
        await phone.TakeNumberAsync(queue, "NO-1");
        var live = phone.Page.Locator("[aria-live=polite]");
        await Expect(live).ToHaveTextAsync("Your place in line: 1");
        await system.Admin.CallNextAsync(queue, "48");
        await Expect(live).ToHaveTextAsync("NO-1: please go to counter 48");
    }
}
