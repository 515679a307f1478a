using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>Texts that the house or a branch writes itself.</summary>
public sealed class TextsHttpTests : IAsyncLifetime
{
    private const string Called = "/api/notifications/texts/called/en";

    private readonly FakeTimeProvider time = new(Samples.Morning);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Admin => host.SignedIn("admin", "admin");

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new NotificationsModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task All_texts_are_listed_as_delivered_with_what_is_filled_in()
    {
        var texts = await ListAsync("");
        Assert.All(texts, t => Assert.Equal("default", t.GetProperty("from").GetString()));
        Assert.Equal(texts.Count, texts.Select(t => $"{t.GetProperty("template")}/{t.GetProperty("language")}").Distinct().Count());
        var called = CalledOf(texts, "en");
        Assert.Equal("Your ticket {number} is now being served at counter {counter}", called.GetProperty("message").GetString());
        Assert.Equal(["queue", "number", "counter"], called.GetProperty("placeholders").EnumerateArray().Select(p => p.GetString()));
        // Every delivered text may be kept as one's own.
        foreach (var text in texts)
            await PreviewAsync(text);
    }

    [Fact]
    public async Task Messages_have_the_text_of_their_branch_then_that_of_the_house_then_the_delivered_one()
    {
        await SaveAsync(Called, "House: {number}");
        await SaveAsync(Called + "?branchId=north", "North: {number} at {counter}");
        await PublishAsync(("t-1", "north", null), ("t-2", "south", null), ("t-3", "north", "de"));
        var messages = await MessagesAsync(3);
        Assert.Equal("North: A-42 at 3", messages["t-1"]);
        Assert.Equal("House: A-42", messages["t-2"]);
        Assert.DoesNotContain("North", messages["t-3"], StringComparison.Ordinal);

        Assert.Equal("branch", CalledOf(await ListAsync("?branchId=north"), "en").GetProperty("from").GetString());
        Assert.Equal("house", CalledOf(await ListAsync("?branchId=south"), "en").GetProperty("from").GetString());
        var back = await ReadAsync(await Admin.DeleteAsync(Called + "?branchId=north", Token));
        Assert.Equal(("house", "House: {number}"), (back.GetProperty("from").GetString(), back.GetProperty("message").GetString()));
        Assert.Equal("default", (await ReadAsync(await Admin.DeleteAsync(Called, Token))).GetProperty("from").GetString());
    }

    [Fact]
    public async Task A_text_holds_from_the_next_message_on_and_within_a_second_where_another_process_wrote_it()
    {
        await PublishAsync(("t-1", "north", null));
        Assert.DoesNotContain("House", (await MessagesAsync(1))["t-1"], StringComparison.Ordinal);
        await SaveAsync(Called, "House: {number}");
        await PublishAsync(("t-2", "north", null));
        Assert.Equal("House: A-42", (await MessagesAsync(2))["t-2"]);

        await host
            .Services.GetRequiredService<ITextStore>()
            .SaveTextAsync(
                new OwnText
                {
                    Template = TemplateNames.Called,
                    Language = "en",
                    Subject = "Your turn",
                    Message = "Elsewhere: {number}",
                    UpdatedAt = Samples.Morning,
                },
                Token
            );
        time.Advance(TimeSpan.FromSeconds(1));
        await PublishAsync(("t-3", "north", null));
        Assert.Equal("Elsewhere: A-42", (await MessagesAsync(3))["t-3"]);
        await ReadAsync(await Admin.DeleteAsync(Called, Token));
        await PublishAsync(("t-4", "north", null));
        Assert.DoesNotContain("Elsewhere", (await MessagesAsync(4))["t-4"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("called", "Come, {name}", "message", "must not hold {name}; what is filled in is {queue}, {number}, {counter}")]
    [InlineData("called", "Come, {Number}", "message", "must not hold {Number}; what is filled in is {queue}, {number}, {counter}")]
    [InlineData("cancelled", "At {counter}", "message", "must not hold {counter}; what is filled in is {queue}, {number}")]
    [InlineData("called", "", "message", "is required")]
    [InlineData("reset", "Sorry, no link", "message", "must hold {link}")]
    public async Task A_text_that_could_not_be_filled_in_is_refused_by_field_and_rule(
        string template,
        string message,
        string field,
        string rule
    )
    {
        foreach (var (method, path) in new[] { (HttpMethod.Put, ""), (HttpMethod.Post, "/preview") })
        {
            using var request = new HttpRequestMessage(method, $"/api/notifications/texts/{template}/en{path}");
            request.Content = JsonContent.Create(new { subject = "Hello", message });
            using var answer = await Admin.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal("VALIDATION_FAILED", problem.GetProperty("code").GetString());
            Assert.Equal(rule, problem.GetProperty("errors").GetProperty(field)[0].GetString());
        }

        Assert.Equal("default", CalledOf(await ListAsync(""), "en").GetProperty("from").GetString());
    }

    [Fact]
    public async Task A_link_stands_in_the_message_alone()
    {
        using var answer = await Admin.PutAsJsonAsync(
            "/api/notifications/texts/reset/en",
            new { subject = "Go to {link}", message = "{link}" },
            Token
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var branch = await Admin.PutAsJsonAsync(
            "/api/notifications/texts/reset/en?branchId=north",
            new { subject = "Go", message = "{link}" },
            Token
        );
        Assert.Equal(HttpStatusCode.BadRequest, branch.StatusCode);
    }

    [Fact]
    public async Task A_preview_fills_in_and_keeps_nothing()
    {
        var answer = await ReadAsync(
            await Admin.PostAsJsonAsync(Called + "/preview", new { subject = "Now: {number}", message = "{queue}, {counter}" }, Token)
        );
        Assert.Equal(("Now: A-42", "Passports, 3"), (answer.GetProperty("subject").GetString(), answer.GetProperty("message").GetString()));
        Assert.Equal("default", CalledOf(await ListAsync(""), "en").GetProperty("from").GetString());
    }

    [Fact]
    public async Task An_admin_of_a_branch_writes_its_texts_and_no_others()
    {
        var north = host.SignedIn("admin-2", "admin", "north");
        var body = new { subject = "Come", message = "{number}" };
        await ReadAsync(await north.PutAsJsonAsync(Called + "?branchId=north", body, Token));
        using var south = await north.PutAsJsonAsync(Called + "?branchId=south", body, Token);
        Assert.Equal(HttpStatusCode.NotFound, south.StatusCode);
        using var house = await north.PutAsJsonAsync(Called, body, Token);
        Assert.Equal(HttpStatusCode.Forbidden, house.StatusCode);
        using var unknown = await Admin.PutAsJsonAsync("/api/notifications/texts/called/xx", body, Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static JsonElement CalledOf(IEnumerable<JsonElement> texts, string language) =>
        texts.Single(t => t.GetProperty("template").GetString() == "called" && t.GetProperty("language").GetString() == language);

    private async Task SaveAsync(string path, string message) =>
        await ReadAsync(await Admin.PutAsJsonAsync(path, new { subject = "Your turn", message }, Token));

    private async Task PreviewAsync(JsonElement text) =>
        await ReadAsync(
            await Admin.PostAsJsonAsync(
                $"/api/notifications/texts/{text.GetProperty("template")}/{text.GetProperty("language")}/preview",
                new { subject = text.GetProperty("subject"), message = text.GetProperty("message") },
                Token
            )
        );

    private async Task<List<JsonElement>> ListAsync(string query) =>
        [.. (await ReadAsync(await Admin.GetAsync("/api/notifications/texts" + query, Token))).GetProperty("items").EnumerateArray()];

    private async Task PublishAsync(params (string Ticket, string Branch, string? Language)[] tickets)
    {
        foreach (var (ticket, branch, language) in tickets)
            await host
                .Services.GetRequiredService<IEventPublisher>()
                .PublishAsync(Samples.Called(Samples.Ticket(ticket, language: language) with { BranchId = branch }), Token);
    }

    private async Task<Dictionary<string, string>> MessagesAsync(int count) =>
        await Eventually.GetAsync(
            async () =>
                (await ReadAsync(await Admin.GetAsync("/api/notifications", Token)))
                    .GetProperty("items")
                    .EnumerateArray()
                    .ToDictionary(n => n.GetProperty("ticketId").GetString()!, n => n.GetProperty("message").GetString()!),
            messages => messages.Count == count
        );

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {text}");
            return JsonElement.Parse(text);
        }
    }
}
