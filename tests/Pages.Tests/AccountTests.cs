using System.Text.Json;

namespace SmartQueue.Pages.Tests;

public sealed class AccountTests(SystemWithPages system)
{
    private const string NewPassword = "another long enough one";

    [Fact]
    public async Task Somebody_invited_makes_their_account_and_works_at_once()
    {
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/people");
        // Those whom other tests invite at this moment are in a row each, with a button that takes it back.
        await desk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Invite", Exact = true }).ClickAsync();
        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Email").FillAsync("toni@example.com");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Invite" }).ClickAsync();
        var link = await LinkAsync(desk);
        await desk.Button("Copy").ClickAsync();
        await Expect(dialog.GetByText("Copied.")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Back" }).ClickAsync();
        await Expect(desk.Button("Take back: toni@example.com")).ToBeVisibleAsync();

        await using var toni = await system.OpenAsync();
        await toni.GoToAsync(link);
        await toni.Page.GetByLabel("Name").FillAsync("Toni Counter");
        await toni.Page.GetByLabel("New password").FillAsync(NewPassword);
        await toni.Button("Create account").ClickAsync();
        await Expect(toni.Heading("Your account is ready, Toni Counter.")).ToBeVisibleAsync();
        Assert.DoesNotContain('#', toni.Page.Url);
        await toni.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Counter" }).ClickAsync();
        await Expect(toni.Heading("Where do you work?")).ToBeVisibleAsync();

        await desk.GoToAsync("/manage/people");
        // Of as many as other tests have made by then.
        await desk.Page.GetByLabel("Search").FillAsync("toni@example.com");
        await Expect(desk.RowOf("Toni Counter")).ToContainTextAsync("Operator");
        await Expect(desk.Page.GetByRole(AriaRole.Row, new PageGetByRoleOptions { Name = "Toni Counter" })).ToContainTextAsync("Confirmed");
        // Others may be invited at this moment by other tests.
        await Expect(desk.Button("Take back: toni@example.com")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_link_handed_over_sets_a_new_password_and_works_once()
    {
        var account = await system.RegisterAsync("operator");
        var email = account.GetProperty("user").GetProperty("email").GetString()!;
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/people");
        await desk.Page.GetByLabel("Search").FillAsync(email);
        await Expect(desk.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await desk.ChooseAsync("Robin operator", "Reset link");
        var link = await LinkAsync(desk);

        await using var person = await system.OpenAsync();
        await person.GoToAsync(link);
        await person.Page.GetByLabel("New password").FillAsync(NewPassword);
        await person.Button("Save").ClickAsync();
        await Expect(person.Page.GetByText("Your new password is set.")).ToBeVisibleAsync();
        await person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await SignInAsync(person, email, NewPassword);
        await Expect(person.Heading("Your account")).ToBeVisibleAsync();

        await person.GoToAsync(link);
        await person.Page.ReloadAsync();
        await person.Page.GetByLabel("New password").FillAsync(NewPassword);
        await person.Button("Save").ClickAsync();
        await Expect(person.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This link is not valid any more. Please ask for a new one.");
    }

    [Fact]
    public async Task Whoever_changes_password_or_email_stays_signed_in_here_and_a_wrong_one_ends_nothing()
    {
        await using var person = await system.OpenStaffAsync("user");
        await person.GoToAsync("/account");
        var password = person.Page.Locator("form", new PageLocatorOptions { HasText = "Change password" });
        await password.GetByLabel("Current password").FillAsync("not the right one");
        await password.GetByLabel("New password").FillAsync(NewPassword);
        await password.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(password.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The current password is wrong.");
        await password.GetByLabel("Current password").FillAsync(SystemClient.AdminPassword);
        await password.GetByRole(AriaRole.Button).ClickAsync();
        // Passwords are hashed several times over, which takes long on a busy machine.
        var hashed = new LocatorAssertionsToBeVisibleOptions { Timeout = 20_000 };
        await Expect(password.GetByText("Saved.")).ToBeVisibleAsync(hashed);

        var email = person.Page.Locator("section", new PageLocatorOptions { HasText = "Change email" });
        await email.GetByLabel("New email").FillAsync("moved@example.com");
        await email.GetByLabel("Current password").FillAsync(NewPassword);
        await person.Button("Change email").ClickAsync();
        await Expect(email.GetByText("moved@example.com")).ToBeVisibleAsync(hashed);
        await Expect(email.GetByText("Not confirmed")).ToBeVisibleAsync();

        await Expect(person.Page.GetByText("This device")).ToHaveCountAsync(1);
        await person.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out:" }).ClickAsync();
        await Expect(person.Heading("Sign in")).ToBeVisibleAsync();
        await SignInAsync(person, "moved@example.com", NewPassword);
        await Expect(person.Heading("Your account")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Name_and_phone_are_changed_and_the_account_is_deleted_with_its_password()
    {
        await using var person = await system.OpenStaffAsync("user", Device.Phone);
        await person.GoToAsync("/account");
        await person.Page.GetByLabel("Name").FillAsync("Robin Renamed");
        Assert.True(
            await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "The page is wider than a phone of 320 px."
        );
        await person.Page.GetByLabel("Phone").FillAsync("+34600000000");
        await person.Button("Save").ClickAsync();
        await Expect(person.Page.GetByText("Saved.")).ToBeVisibleAsync();
        await person.Page.ReloadAsync();
        await Expect(person.Page.GetByLabel("Name")).ToHaveValueAsync("Robin Renamed");
        await Expect(person.Page.GetByLabel("Phone")).ToHaveValueAsync("+34600000000");

        await person.Button("Delete account").ClickAsync();
        var dialog = person.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Current password").FillAsync("not the right one");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete account" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The current password is wrong.");
        await dialog.GetByLabel("Current password").FillAsync(SystemClient.AdminPassword);
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete account" }).ClickAsync();
        await Expect(person.Heading("Your account is deleted.")).ToBeVisibleAsync();
        await person.Page.ReloadAsync();
        await Expect(person.Heading("Sign in")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_account_that_is_switched_off_is_told_so_and_can_be_deleted()
    {
        var account = await system.RegisterAsync("operator");
        var email = account.GetProperty("user").GetProperty("email").GetString()!;
        await using var desk = await system.OpenStaffAsync("admin");
        await desk.GoToAsync("/manage/people");
        await desk.Page.GetByLabel("Search").FillAsync(email);
        await Expect(desk.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await desk.ChooseAsync("Robin operator", "Switch off");
        await desk
            .Page.GetByRole(AriaRole.Dialog)
            .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Switch off" })
            .ClickAsync();
        await Expect(desk.Page.Locator("tbody tr")).ToContainTextAsync("Switched off");

        await using var person = await system.OpenAsync();
        await person.GoToAsync("/counter");
        await SignInAsync(person, email, SystemClient.AdminPassword);
        await Expect(person.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This account is switched off. Ask a manager.");

        await desk.ChooseAsync("Robin operator", "Switch on");
        await Expect(desk.Page.Locator("tbody tr")).ToContainTextAsync("Active");
        await desk.ChooseAsync("Robin operator", "Delete");
        await desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await Expect(desk.Page.Locator("tbody tr")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_forgot_the_password_asks_for_a_link_and_a_bad_one_is_told()
    {
        await using var person = await system.OpenAsync();
        await person.GoToAsync("/counter");
        await person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Forgotten your password?" }).ClickAsync();
        await person.Page.GetByLabel("Email").FillAsync("nobody@example.com");
        await person.Button("Send link").ClickAsync();
        await Expect(person.Page.GetByText("If there is an account with nobody@example.com")).ToBeVisibleAsync();

        await person.GoToAsync("/verify#abc");
        await person.Button("Confirm").ClickAsync();
        await Expect(person.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This link is not valid any more. Please ask for a new one.");
        string? sent = null;
        await person.Page.RouteAsync("**/api/auth/verify-email", async route =>
        {
            sent = route.Request.PostData;
            await route.FulfillAsync(new RouteFulfillOptions { Status = 204 });
        });
        await person.Button("Confirm").ClickAsync();
        await Expect(person.Page.GetByText("Thank you, your email is confirmed.")).ToBeVisibleAsync();
        Assert.Equal("""{"token":"abc"}""", sent);
    }

    [Fact]
    public async Task A_device_that_signed_in_before_says_so_when_it_signs_in_again()
    {
        var account = await system.RegisterAsync("operator");
        var email = account.GetProperty("user").GetProperty("email").GetString()!;
        await using var desk = await system.OpenAsync();
        await desk.GoToAsync("/counter");
        var first = await SendsAsync();
        Assert.False(first.TryGetProperty("deviceToken", out _));
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();
        await desk.Button("Sign out").ClickAsync();
        var second = await SendsAsync();
        Assert.NotEmpty(second.GetProperty("deviceToken").GetString()!);
        await Expect(desk.Heading("Where do you work?")).ToBeVisibleAsync();

        async Task<JsonElement> SendsAsync()
        {
            var request = await desk.Page.RunAndWaitForRequestAsync(
                () => SignInAsync(desk, email, SystemClient.AdminPassword),
                r => r.Url.EndsWith("/api/auth/login", StringComparison.Ordinal)
            );
            return JsonDocument.Parse(request.PostData!).RootElement;
        }
    }

    [Theory]
    [InlineData("en", "Too many tries. Wait 40 s.")]
    [InlineData("de", "Zu viele Anfragen. Bitte einen Moment warten. (Too many tries. Wait 40 s.)")]
    public async Task A_limit_is_told_as_the_answer_tells_it(string language, string said)
    {
        var queue = await system.DefineQueueAsync("Limits");
        await using var phone = await system.OpenAsync();
        var limited = new RouteFulfillOptions
        {
            Status = 429,
            ContentType = "application/problem+json",
            Body = """{"code":"RATE_LIMITED","error":"Too many tries. Wait 40 s."}""",
        };
        await phone.Page.RouteAsync("**/api/auth/login", route => route.FulfillAsync(limited));
        await phone.Page.RouteAsync("**/api/tickets", route => route.FulfillAsync(limited));
        await phone.GoToAsync($"/q/{queue}?lang={language}");
        await phone.Page.Locator("form button").ClickAsync();
        await Expect(phone.Page.GetByText(said)).ToBeVisibleAsync();
        await phone.GoToAsync($"/counter?lang={language}");
        await phone.Page.Locator("input[type=email]").FillAsync(SystemClient.AdminEmail);
        await phone.Page.Locator("input[type=password]").FillAsync("something");
        await phone.Page.Keyboard.PressAsync("Enter");
        await Expect(phone.Page.GetByText(said)).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(Device device, string email, string password)
    {
        await device.Page.GetByLabel("Email").FillAsync(email);
        await device.Page.GetByLabel("Password").FillAsync(password);
        await device.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Where the link goes that is shown to be handed over.</summary>
    private static async Task<string> LinkAsync(Device desk)
    {
        var link = new Uri(await desk.Page.GetByLabel("Link", new PageGetByLabelOptions { Exact = true }).InputValueAsync());
        return link.AbsolutePath + link.Fragment;
    }
}
