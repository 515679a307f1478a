namespace SmartQueue.Pages.Tests;

/// <summary>A page in a state worth looking at.</summary>
/// <param name="Name">Also the name of its pictures.</param>
/// <param name="Path">Where it is, given the hall.</param>
/// <param name="Ready">What is there when it has loaded (CSS).</param>
/// <param name="Role">Who looks at it; <c>null</c> for a customer.</param>
/// <param name="Prepare">What to do after it has loaded.</param>
public sealed record Scene(string Name, Func<Hall, string> Path, string Ready, string? Role = null, Func<Device, Task>? Prepare = null)
{
    private const string Chosen = "form .check input";

    // Its parts come one by one.
    private const string WholeAccount = "main:has(fieldset .check):has(li button:enabled)";

    /// <summary>Every page.</summary>
    public static IReadOnlyList<Scene> All { get; } =
    [
        new("home", _ => "/", ".links strong"),
        new("join", h => $"/q/{h.First}", ".figure"),
        new("join-details", h => $"/q/{h.First}", ".figure", Prepare: d => d.Page.Locator("summary").ClickAsync()),
        new("join-unknown", _ => "/q/nothing", "h1"),
        new("ticket", h => h.Waiting, ".facts"),
        new("ticket-cancel", h => h.Waiting, ".facts", Prepare: d => d.Page.Locator("main button.danger").ClickAsync()),
        new("ticket-late", h => h.Waiting, ".facts", Prepare: d => d.Page.Locator("main section > button").Nth(1).ClickAsync()),
        new("ticket-contact", h => h.Waiting, ".facts", Prepare: d => d.Page.Locator("main section > button").Nth(2).ClickAsync()),
        new("ticket-called", h => h.Called, ".ticket-counter"),
        new("book", h => $"/book/main?queue={h.Second}", ".choices button"),
        new(
            "book-time",
            h => $"/book/main?queue={h.Second}",
            ".choices button",
            Prepare: async d =>
            {
                await d.Page.Locator(".choices button").First.ClickAsync();
                await d.Page.Locator(".times button").First.WaitForAsync();
            }
        ),
        new(
            "book-contact",
            h => $"/book/main?queue={h.Second}",
            ".choices button",
            Prepare: async d =>
            {
                await d.Page.Locator(".choices button").First.ClickAsync();
                await d.Page.Locator(".times button").First.ClickAsync();
                // Another test may have had its last place, or it may have come: then others are offered.
                var held = d.Page.Locator(".held:not(:empty)");
                var offered = d.Page.Locator("main .choices button").First;
                await held.Or(offered).First.WaitForAsync();
                if (!await held.IsVisibleAsync())
                    await offered.ClickAsync();
                await held.WaitForAsync();
                // What is wrong shows, too.
                await d.Page.Locator("form button.primary").ClickAsync();
                await d.Page.Locator(".field-error").WaitForAsync();
            }
        ),
        new("appointment", h => h.Appointment, ".appointment"),
        new(
            "appointment-cancel",
            h => h.Appointment,
            ".appointment",
            Prepare: async d =>
            {
                await d.Page.Locator("main button.danger").ClickAsync();
                await d.Page.Locator("dialog").WaitForAsync();
            }
        ),
        new("kiosk-setup", _ => "/kiosk", Chosen),
        new("kiosk", _ => "/kiosk", ".kiosk-queues strong", Prepare: d => d.Page.EvaluateAsync("document.activeElement.blur()")),
        new(
            "kiosk-number",
            _ => "/kiosk",
            ".kiosk-queues strong",
            Prepare: async d =>
            {
                await d.Page.Locator(".kiosk-queues button").First.ClickAsync();
                await d.Page.Locator(".kiosk-taken").WaitForAsync();
            }
        ),
        new(
            "kiosk-code",
            _ => "/kiosk",
            ".kiosk-booked",
            Prepare: async d =>
            {
                await d.Page.Locator(".kiosk-booked button").ClickAsync();
                await d.Page.Locator(".code-keys").WaitForAsync();
            }
        ),
        new(
            "kiosk-pin",
            _ => "/kiosk",
            ".kiosk-queues strong",
            Prepare: async d =>
            {
                await d.Page.Locator(".kiosk-foot > button").ClickAsync();
                await d.Page.Locator(".pin").WaitForAsync();
            }
        ),
        new("display", h => $"/display?queues={h.First},{h.Second}", ".display-number"),
        new("sign-in", _ => "/counter", "form input[type=password]"),
        new("account", _ => "/account", WholeAccount, "user"),
        new(
            "account-delete",
            _ => "/account",
            WholeAccount,
            "user",
            async d =>
            {
                await d.Page.Locator("main button.danger").ClickAsync();
                await d.Page.Locator("dialog").WaitForAsync();
            }
        ),
        new("forgotten", _ => "/reset", "form input"),
        new("reset", _ => "/reset#token", "form input"),
        new("accept", _ => "/accept#token", "form input"),
        new("verify", _ => "/verify#token", "main button"),
        new("setup", _ => "/setup#token", "form input[type=password]"),
        new("setup-sheets", _ => "/setup", ".sheet", "admin"),
        new("counter-choose", _ => "/counter", ".desk-list button", "operator"),
        new("counter", _ => "/counter", "[data-testid=current]", "operator"),
        new(
            "counter-transfer",
            _ => "/counter",
            "[data-testid=current]",
            "operator",
            async d =>
            {
                await d.Page.Locator(".now-actions [data-action=transfer]").ClickAsync();
                await d.Page.Locator("dialog").WaitForAsync();
            }
        ),
        new(
            "counter-details",
            _ => "/counter",
            ".line-row",
            "operator",
            async d =>
            {
                await d.Page.Locator(".line-row button").First.ClickAsync();
                await d.Page.Locator("dialog textarea").WaitForAsync();
            }
        ),
        new(
            "counter-walk-in",
            _ => "/counter",
            ".line-row",
            "operator",
            async d =>
            {
                await d.Page.Keyboard.PressAsync("w");
                await d.Page.Locator("dialog select").First.WaitForAsync();
            }
        ),
        new(
            "counter-add",
            _ => "/counter",
            ".desk-list button",
            "admin",
            async d =>
            {
                await d.Page.Locator("main .card > button").ClickAsync();
                await d.Page.Locator("dialog input").First.FillAsync("1");
            }
        ),
        new("manage-today", _ => "/manage", ".u-over", "admin"),
        new("manage-history", _ => "/manage/history", ".u-over", "admin"),
        new("manage-appointments", _ => "/manage/appointments", ".filters", "admin"),
        new("manage-queues", _ => "/manage/queues", "tbody tr", "admin"),
        new("manage-texts", _ => "/manage/texts", "table tbody tr", "admin"),
        new(
            "manage-text",
            _ => "/manage/texts",
            "table tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator("table tbody button").First.ClickAsync();
                await d.Page.Locator("dialog strong:not(:empty)").WaitForAsync();
            }
        ),
        new(
            "manage-queue-menu",
            _ => "/manage/queues",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator("tbody [aria-haspopup=menu]").First.ClickAsync();
                await d.Page.Locator("[role=menu]:popover-open").WaitForAsync();
            }
        ),
        new(
            "manage-queue-clear",
            _ => "/manage/queues",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator("tbody [aria-haspopup=menu]").First.ClickAsync();
                await d.Page.Locator("[role=menu]:popover-open button").First.ClickAsync();
                await d.Page.Locator("dialog input").WaitForAsync();
            }
        ),
        new(
            "manage-queue",
            _ => "/manage/queues",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator("tbody tr").First.Locator("button").Nth(1).ClickAsync();
                foreach (var box in await d.Page.Locator("dialog .settings fieldset fieldset > .check input").AllAsync())
                    await box.UncheckAsync();
                await d.Page.Locator("dialog fieldset fieldset .row > button").First.ClickAsync();
            }
        ),
        new("manage-counters", _ => "/manage/counters", "tbody tr", "admin"),
        new(
            "manage-counter",
            _ => "/manage/counters",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator("tbody tr").First.Locator("button").First.ClickAsync();
                await d.Page.Locator("dialog input").First.WaitForAsync();
            }
        ),
        new("manage-branches", _ => "/manage/branches", "tbody tr", "admin"),
        new(
            "manage-branch",
            _ => "/manage/branches",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator("tbody tr").First.Locator("button").First.ClickAsync();
                await d.Page.Locator("dialog .settings fieldset .row > button").First.ClickAsync();
            }
        ),
        new("manage-people", _ => "/manage/people", "tbody tr", "admin"),
        new(
            "manage-invite",
            _ => "/manage/people",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator(".filters button").ClickAsync();
                await d.Page.Locator("dialog input[type=email]").FillAsync("invited@example.com");
            }
        ),
        new(
            "manage-handover",
            _ => "/manage/people",
            "tbody tr",
            "admin",
            async d =>
            {
                await d.Page.Locator(".filters button").ClickAsync();
                await d.Page.Locator("dialog input[type=email]").FillAsync("invited@example.com");
                await d.Page.Locator("dialog button.primary").ClickAsync();
                await d.Page.Locator("dialog input[readonly]").WaitForAsync();
            }
        ),
        new("manage-messages", _ => "/manage/messages", "tbody tr", "admin"),
        new("manage-poster", h => $"/manage/poster/{h.First}", ".qr", "admin"),
        new("not-for-you", _ => "/manage", "h1", "user"),
    ];

    /// <summary>Goes there, in a language.</summary>
    public async Task ShowAsync(Device device, Hall hall, string language)
    {
        // The language is asked for before what the address ends with.
        var path = Path(hall);
        var hash = path.IndexOf('#', StringComparison.Ordinal);
        var end = hash < 0 ? "" : path[hash..];
        var before = hash < 0 ? path : path[..hash];
        await device.GoToAsync($"{before}{(before.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang={language}{end}");
        await device.Page.Locator(Ready).First.WaitForAsync();
        if (Prepare is not null)
            await Prepare(device);
    }
}
