using System.Text.Json;
using GraphQL.Types;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Pages;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Gateway.Tests;

/// <summary>Everything the running application offers, tried by everyone. What nobody declared a rule for fails.</summary>
public sealed class AuthorizationTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    private const string Any = "ANY";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly HashSet<string> OwnerIsLost = ["DELETE /api/users/{id}"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IReadOnlyList<string> Endpoints =>
        [
            .. shared
                .System.Process.Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(e => e.Metadata.GetMetadata<PublicPage>() is null)
                .SelectMany(e =>
                    (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [Any])
                        .Where(m => m == Any || Methods.Contains(m))
                        .Select(m => $"{m} /{e.RoutePattern.RawText!.Trim('/')}")
                )
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private Type Hub =>
        shared
            .System.Process.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Select(e => e.Metadata.GetMetadata<HubMetadata>()?.HubType)
            .Distinct()
            .Single(t => t is not null)!;

    private ISchema Schema => shared.System.Process.Services.GetRequiredService<ISchema>();

    [Fact]
    public void Every_endpoint_has_a_rule()
    {
        Assert.InRange(Endpoints.Count, 45, 500);
        Assert.Empty(Endpoints.Except(AccessRules.Endpoints.Keys));
    }

    [Fact]
    public async Task Pages_can_be_read_by_anyone_and_changed_by_no_one()
    {
        var pages = shared
            .System.Process.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<PublicPage>() is not null)
            .ToList();
        Assert.NotEmpty(pages);
        Assert.All(pages, p => Assert.Equal(["GET", "HEAD"], p.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods));
        // Where the pages were not built, the first one says so.
        using var first = await shared.System.Process.Guest().GetAsync("/", Token);
        Assert.Equal(System.Net.HttpStatusCode.OK, first.StatusCode);
    }

    [Fact]
    public void Every_hub_method_has_a_rule()
    {
        var methods = Hub.GetMethods()
            .Where(m => m.DeclaringType == Hub && m.GetBaseDefinition() == m && !m.IsSpecialName)
            .Select(m => m.Name);
        Assert.Equal(AccessRules.HubMethods.Keys.Order(), methods.Order());
    }

    [Fact]
    public void Every_field_that_is_resolved_by_a_call_has_a_rule()
    {
        var called = Schema
            .AllTypes.OfType<IObjectGraphType>()
            .Where(t => !t.Name.StartsWith("__", StringComparison.Ordinal))
            .SelectMany(t => t.Fields.Where(f => !IsProperty(t, f)).Select(f => (Name: $"{t.Name}.{f.Name}", Field: f)))
            .ToList();
        Assert.Equal(AccessRules.Fields.Keys.Order(), called.Select(f => f.Name).Order());
        Assert.All(called, f => Assert.True(AccessAttribute.Of(f.Field) is not null, f.Name + " declares no rule."));
    }

    [Fact]
    public async Task Every_endpoint_takes_whom_it_is_for_and_no_one_else()
    {
        var people = await Try.People.MeetAsync(shared.System);
        var operations = (await InterfaceDocument.OfAsync(shared.System)).Operations;
        var wrong = new List<string>();
        var readers = new Dictionary<Person, Try>();
        foreach (var person in Enum.GetValues<Person>())
            readers[person] = await Try.PrepareAsync(people, person == Person.TokenHolder);
        foreach (var endpoint in Endpoints)
        {
            var (access, path, body) = AccessRules.Endpoints[endpoint];
            foreach (var person in Enum.GetValues<Person>())
            {
                // Reading changes nothing, so it may be tried again and again with the same.
                var attempt = endpoint.StartsWith("GET", StringComparison.Ordinal)
                    ? readers[person]
                    : await Try.PrepareAsync(people, person == Person.TokenHolder, OwnerIsLost.Contains(endpoint));
                using var answer = await attempt.SendAsync(
                    person,
                    endpoint.Split(' ')[0] is var method && method != Any ? method
                        : body is null ? "GET"
                        : "POST",
                    path,
                    body,
                    cancellationToken: Token
                );
                var status = (int)answer.StatusCode;
                var right = AccessRules.Allows(access, person)
                    ? status is < 500 and not (401 or 403)
                        && (
                            status != 404
                            || access is Access.Anyone or Access.Operator
                            || path.Contains("{nothing}", StringComparison.Ordinal)
                        )
                    : status == AccessRules.StatusFor(access, person);
                if (!right)
                    wrong.Add($"{endpoint} answers {person} {status}");
                if (operations.TryGetValue(endpoint, out var operation) && operation["responses"]![answer.StatusCode.ToString("D")] is null)
                    wrong.Add($"{endpoint} answers {person} {status}, which is not in the interface document");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_hub_method_takes_whom_it_is_for_and_no_one_else()
    {
        var people = await Try.People.MeetAsync(shared.System);
        var wrong = new List<string>();
        foreach (var (method, (access, arguments)) in AccessRules.HubMethods)
        {
            foreach (var person in Enum.GetValues<Person>())
            {
                var attempt = await Try.PrepareAsync(people, person == Person.TokenHolder);
                await using var connection = await attempt.ConnectAsync(person);
                var refused = await RefusalAsync(() => connection.InvokeCoreAsync(method, [.. arguments.Select(attempt.Fill)], Token));
                if (refused != !AccessRules.Allows(access, person))
                    wrong.Add($"{method} {(refused ? "refuses" : "takes")} {person}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_field_is_for_whom_it_is_for_and_no_one_else()
    {
        var people = await Try.People.MeetAsync(shared.System);
        var wrong = new List<string>();
        foreach (var (field, (access, query)) in AccessRules.Fields)
        {
            foreach (var person in Enum.GetValues<Person>())
            {
                var attempt = await Try.PrepareAsync(people, person == Person.TokenHolder);
                var answer = field.StartsWith("Subscription", StringComparison.Ordinal)
                    ? await FirstEventAsync(attempt, person, query)
                    : await AnswerAsync(attempt, person, query);
                var seen = Sees(answer);
                if (seen != AccessRules.Allows(access, person) && access != Access.Anyone)
                    wrong.Add($"{field} for {person}: {answer}");
                if (access == Access.Anyone && IsDenied(answer))
                    wrong.Add($"{field} is denied to {person}: {answer}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task What_is_in_a_branch_is_not_there_for_staff_who_are_bound_to_another()
    {
        var people = await Try.People.MeetAsync(shared.System);
        var bound = new Dictionary<Person, HttpClient>();
        var branch = await WholeSystem.SendAsync(people.Boss, HttpMethod.Post, "/api/branches", new { name = "Elsewhere" });
        var elsewhere = branch.GetProperty("id").GetString()!;
        foreach (var (person, role) in ((Person, string)[])[(Person.Operator, Roles.Operator), (Person.Admin, Roles.Admin)])
            bound[person] = shared.System.Process.WithToken(await shared.System.BoundAsync(role, elsewhere));
        var wrong = new List<string>();
        var tried = 0;
        foreach (var (person, client) in bound)
        {
            foreach (var endpoint in Endpoints)
            {
                var (access, path, body) = AccessRules.Endpoints[endpoint];
                if (!IsOfABranch(access, person, path))
                    continue;
                tried++;
                var attempt = await Try.PrepareAsync(people, byToken: false);
                using var answer = await attempt.SendAsync(client, endpoint.Split(' ')[0], path, body, cancellationToken: Token);
                if ((int)answer.StatusCode != 404)
                    wrong.Add($"{endpoint} answers {person} {(int)answer.StatusCode}");
            }

            foreach (var (field, (access, query)) in AccessRules.Fields)
            {
                if (!IsOfABranch(access, person, query) || field.StartsWith("Subscription", StringComparison.Ordinal))
                    continue;
                tried++;
                var attempt = await Try.PrepareAsync(people, byToken: false);
                using var answer = await attempt.SendAsync(client, "POST", "/graphql", new { query }, cancellationToken: Token);
                var text = await answer.Content.ReadAsStringAsync(Token);
                if (Sees(text))
                    wrong.Add($"{field} for {person}: {text}");
            }
        }

        Assert.Empty(wrong);
        Assert.InRange(tried, 80, 500);
    }

    private static bool IsOfABranch(Access access, Person person, string what) =>
        access != Access.Anyone
        && AccessRules.Allows(access, person)
        && ((string[])["{queue}", "{ticket}", "{appointment}", "{counter}", "{branch}"]).Any(name =>
            what.Contains(name, StringComparison.Ordinal)
        );

    private static bool IsProperty(IObjectGraphType type, FieldType field)
    {
        // An automatic type is made of one type of ours.
        var source = type.GetType().BaseType?.GenericTypeArguments.FirstOrDefault() ?? type.GetType().GenericTypeArguments.FirstOrDefault();
        return source?.GetProperties().Any(p => p.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)) == true;
    }

    private static async Task<bool> RefusalAsync(Func<Task> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (HubException)
        {
            return true;
        }
    }

    private static async Task<string> AnswerAsync(Try attempt, Person person, string query)
    {
        using var answer = await attempt.SendAsync(person, "POST", "/graphql", new { query }, cancellationToken: Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    // A stream that is open without an error is one its caller may follow.
    private static async Task<string> FirstEventAsync(Try attempt, Person person, string query)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var answer = await attempt.SendAsync(
            person,
            "POST",
            "/graphql",
            new { query },
            "text/event-stream",
            HttpCompletionOption.ResponseHeadersRead,
            ends.Token
        );
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(ends.Token));
        var quiet = query.Contains("notificationReceived", StringComparison.Ordinal) && person >= Person.Owner;
        while (await reader.ReadLineAsync(ends.Token) is { } line)
        {
            if (quiet && line.StartsWith(':'))
                return "{\"data\":{\"open\":true}}";
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return line["data: ".Length..];
        }

        return "";
    }

    private static bool IsDenied(string answer) =>
        answer.Contains("UNAUTHENTICATED", StringComparison.Ordinal)
        || answer.Contains("FORBIDDEN", StringComparison.Ordinal)
        || answer.Contains("_NOT_FOUND", StringComparison.Ordinal);

    private static bool Sees(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return !json.RootElement.TryGetProperty("errors", out _)
            && json.RootElement.GetProperty("data").EnumerateObject().All(f => f.Value.ValueKind != JsonValueKind.Null);
    }
}
