using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class QueuesApiTests : IAsyncLifetime
{
    private readonly FakeLines tickets = new();
    private ServiceHost host = null!;
    private HttpClient admin = null!;
    private HttpClient staff = null!;
    private HttpClient customer = null!;
    private HttpClient guest = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync([new QueuesModule()], configure: tickets.Replace);
        admin = host.SignedIn("admin", Roles.Admin);
        staff = host.SignedIn("staff", Roles.Operator);
        customer = host.SignedIn("customer", Roles.User);
        guest = host.Guest();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_queue_is_made_read_listed_and_deleted()
    {
        using var made = await SendAsync(
            admin,
            HttpMethod.Post,
            "/api/queues",
            """{"name":"Hall","prefix":"ab","counters":[{"name":"1"}],"openingHours":[{"day":"monday","opens":"09:00","closes":"17:30"}]}"""
        );
        var queue = await BodyAsync(made, HttpStatusCode.Created);
        var address = $"/api/queues/{queue.GetProperty("id").GetString()}";
        Assert.Equal(address, made.Headers.Location!.ToString());
        Assert.Equal("W/\"1\"", made.Headers.ETag!.ToString());

        using var read = await guest.GetAsync(address, Token);
        var found = await BodyAsync(read, HttpStatusCode.OK);
        Assert.Equal("W/\"1\"", read.Headers.ETag!.ToString());
        Assert.Equal(
            [
                "id",
                "branchId",
                "name",
                "description",
                "isActive",
                "prefix",
                "maxActiveTickets",
                "averageServiceTime",
                "slaWaitTime",
                "noShowAfter",
                "maxRecalls",
                "rejoinGrace",
                "expireAfterClosing",
                "priorityHeadStart",
                "numberReset",
                "timeZone",
                "openingHours",
                "closures",
                "own",
                "booking",
                "counters",
                "openNow",
                "opensAt",
                "closesAt",
                "closedReason",
                "currentNumber",
                "currentTicketNumber",
                "activeTickets",
                "statistics",
                "announcement",
                "createdAt",
                "updatedAt",
                "version",
            ],
            found.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal("""[{"day":"monday","opens":"09:00","closes":"17:30"}]""", found.GetProperty("openingHours").GetRawText());
        Assert.Equal("""[{"name":"1","id":null}]""", found.GetProperty("counters").GetRawText());
        Assert.Equal("AB", found.GetProperty("prefix").GetString());
        Assert.Equal("daily", found.GetProperty("numberReset").GetString());
        Assert.Equal(
            [
                "waiting",
                "called",
                "serving",
                "servedToday",
                "cancelledToday",
                "noShowToday",
                "averageWaitTime",
                "averageServiceTime",
                "longestWaitTime",
                "estimatedWaitTime",
                "openCounters",
            ],
            found.GetProperty("statistics").EnumerateObject().Select(p => p.Name)
        );

        var list = await BodyAsync(await guest.GetAsync("/api/queues", Token), HttpStatusCode.OK);
        Assert.Equal(1, list.GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("nextCursor").ValueKind);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(address, Token)).StatusCode);
        await RefusedAsync(await guest.GetAsync(address, Token), HttpStatusCode.NotFound, "QUEUE_NOT_FOUND");
    }

    [Fact]
    public async Task Queues_made_without_a_prefix_get_the_next_free_letters_also_at_once()
    {
        await MakeAsync("""{"name":"Pharmacy","prefix":"b"}""");

        await Task.WhenAll(Enumerable.Range(0, 27).Select(i => MakeAsync($$"""{"name":"Queue {{i}}"}""")));

        Assert.Equal(
            [.. Enumerable.Range('A', 26).Select(c => $"{(char)c}"), "AA", "AB"],
            (await PrefixesAsync()).OrderBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_prefix_of_another_queue_is_refused_with_its_name_and_the_way_out()
    {
        const string Sentence =
            "Cashier has the prefix A already, and two queues would give the same numbers. Choose another prefix, or leave it out.";
        await MakeAsync("""{"name":"Cashier"}""");
        var pharmacy = await MakeAsync("""{"name":"Pharmacy","prefix":"P"}""");

        foreach (
            var (method, address, body) in new[]
            {
                (HttpMethod.Post, "/api/queues", """{"name":"Third","prefix":"a"}"""),
                (HttpMethod.Patch, pharmacy, """{"prefix":"A"}"""),
                (HttpMethod.Put, pharmacy, """{"name":"Pharmacy","prefix":"A"}"""),
            }
        )
        {
            using var refused = await SendAsync(admin, method, address, body, key: "a key");
            var problem = await BodyAsync(refused, HttpStatusCode.Conflict);
            Assert.Equal("PREFIX_TAKEN", problem.GetProperty("code").GetString());
            Assert.Equal(Sentence, problem.GetProperty("error").GetString());
        }

        Assert.Equal(["A", "P"], await PrefixesAsync());
        await MakeAsync("""{"name":"Third"}""");
        Assert.Equal(["A", "P", "B"], await PrefixesAsync());
    }

    [Theory]
    [InlineData("PUT", """{"name":"Renamed"}""")]
    [InlineData("PATCH", """{"name":"Renamed"}""")]
    [InlineData("PATCH", """{"name":"Renamed","prefix":null}""")]
    [InlineData("PATCH", """{"name":"Renamed","prefix":"P"}""")]
    public async Task A_change_without_a_prefix_keeps_the_queues_own(string method, string body)
    {
        var address = await MakeAsync("""{"name":"Pharmacy","prefix":"P"}""");

        var changed = await BodyAsync(await SendAsync(admin, new HttpMethod(method), address, body), HttpStatusCode.OK);

        Assert.Equal("P", changed.GetProperty("prefix").GetString());
    }

    [Fact]
    public async Task Lists_are_paged_and_filtered()
    {
        for (var i = 0; i < 5; i++)
            await MakeAsync($$"""{"name":"Queue {{i}}","isActive":{{(i == 2 ? "false" : "true")}}}""");

        Assert.Equal(["Queue 0", "Queue 1", "Queue 2", "Queue 3", "Queue 4"], await NamesAsync("?limit=2"));
        Assert.Equal(["Queue 0", "Queue 1", "Queue 3", "Queue 4"], await NamesAsync("?limit=3&active=true"));
        Assert.Equal(["Queue 2"], await NamesAsync("?limit=1&active=false"));
        await RefusedAsync(
            await guest.GetAsync("/api/queues?active=maybe", Token),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            "active"
        );
        await RefusedAsync(await guest.GetAsync("/api/queues?limit=0", Token), HttpStatusCode.BadRequest, "VALIDATION_FAILED", "limit");
        await RefusedAsync(await guest.GetAsync("/api/queues?cursor=%00", Token), HttpStatusCode.BadRequest, "VALIDATION_FAILED", "cursor");
    }

    [Theory]
    [InlineData("POST", "/api/queues", """{"name":"x"}""", Roles.Admin)]
    [InlineData("PUT", "{queue}", """{"name":"x"}""", Roles.Admin)]
    [InlineData("PATCH", "{queue}", """{"name":"x"}""", Roles.Admin)]
    [InlineData("PATCH", "{queue}", """{"isActive":false,"name":"x"}""", Roles.Admin)]
    [InlineData("PATCH", "{queue}", """{"isActive":false}""", Roles.Operator)]
    [InlineData("POST", "{queue}/announce", """{"message":"x"}""", Roles.Operator)]
    [InlineData("DELETE", "{queue}/announce", null, Roles.Operator)]
    [InlineData("DELETE", "{queue}", null, Roles.Admin)]
    public async Task Changes_need_their_role(string method, string path, string? body, string role)
    {
        var address = path.Replace("{queue}", await MakeAsync("""{"name":"Hall"}"""), StringComparison.Ordinal);
        var verb = new HttpMethod(method);

        await RefusedAsync(await SendAsync(guest, verb, address, body), HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await RefusedAsync(await SendAsync(customer, verb, address, body), HttpStatusCode.Forbidden, "FORBIDDEN");
        if (role == Roles.Admin)
            await RefusedAsync(await SendAsync(staff, verb, address, body), HttpStatusCode.Forbidden, "FORBIDDEN");
        using var allowed = await SendAsync(role == Roles.Admin ? admin : staff, verb, address, body);
        Assert.True(allowed.IsSuccessStatusCode, $"{allowed.StatusCode}");
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_takes_the_default_back()
    {
        var address = await MakeAsync(
            """{"name":"Hall","description":"Old","averageServiceTime":99,"noShowAfter":60,"counters":[{"name":"1"}]}"""
        );

        using var patched = await SendAsync(
            admin,
            HttpMethod.Patch,
            address,
            """{"description":null,"averageServiceTime":null,"noShowAfter":null,"counters":[{"name":"7"}]}""",
            "application/merge-patch+json"
        );

        var queue = await BodyAsync(patched, HttpStatusCode.OK);
        Assert.Equal("Hall", queue.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, queue.GetProperty("description").ValueKind);
        Assert.Equal(300, queue.GetProperty("averageServiceTime").GetInt32());
        Assert.Equal(JsonValueKind.Null, queue.GetProperty("noShowAfter").ValueKind);
        Assert.Equal("""[{"name":"7","id":null}]""", queue.GetProperty("counters").GetRawText());
        Assert.Equal(2, queue.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task How_long_after_closing_the_left_over_may_wait_is_set_and_taken_back()
    {
        var address = await MakeAsync("""{"name":"Hall","expireAfterClosing":0}""");
        Assert.Equal("0", await AfterAsync("""{"name":"Lobby"}"""));
        Assert.Equal("86400", await AfterAsync("""{"expireAfterClosing":86400}"""));
        Assert.Equal("null", await AfterAsync("""{"expireAfterClosing":null}"""));
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Patch, address, """{"expireAfterClosing":-1}"""),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            "expireAfterClosing"
        );

        async Task<string> AfterAsync(string patch) =>
            (await BodyAsync(await SendAsync(admin, HttpMethod.Patch, address, patch), HttpStatusCode.OK))
                .GetProperty("expireAfterClosing")
                .GetRawText();
    }

    [Fact]
    public async Task Operators_open_and_close_a_queue()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");

        var closed = await BodyAsync(await SendAsync(staff, HttpMethod.Patch, address, """{"isActive":false}"""), HttpStatusCode.OK);

        Assert.False(closed.GetProperty("isActive").GetBoolean());
        Assert.Equal("Hall", closed.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_put_replaces_the_whole_definition_and_keeps_what_is_not_defined()
    {
        var address = await MakeAsync("""{"name":"Hall","description":"Old","averageServiceTime":99}""");
        var before = await guest.GetFromJsonAsync<JsonElement>(address, Token);

        var after = await BodyAsync(
            await SendAsync(admin, HttpMethod.Put, address, """{"name":"New","id":"mine","version":77,"statistics":{"waiting":5}}"""),
            HttpStatusCode.OK
        );

        Assert.Equal("New", after.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, after.GetProperty("description").ValueKind);
        Assert.Equal(300, after.GetProperty("averageServiceTime").GetInt32());
        Assert.Equal(2, after.GetProperty("version").GetInt64());
        Assert.Equal(before.GetProperty("id").GetString(), after.GetProperty("id").GetString());
        Assert.Equal(before.GetProperty("createdAt").GetString(), after.GetProperty("createdAt").GetString());
        Assert.Equal(0, after.GetProperty("statistics").GetProperty("waiting").GetInt32());
    }

    [Fact]
    public async Task What_a_client_read_can_be_put_back()
    {
        var address = await MakeAsync(
            """{"name":"Hall","openingHours":[{"day":"monday","opens":"09:00","closes":"17:30"}],"numberReset":"never","counters":[{"name":"1"}]}"""
        );
        var read = await guest.GetStringAsync(address, Token);

        var after = await BodyAsync(await SendAsync(admin, HttpMethod.Put, address, read), HttpStatusCode.OK);

        Assert.Equal("never", after.GetProperty("numberReset").GetString());
        Assert.Equal(1, after.GetProperty("openingHours").GetArrayLength());
    }

    [Theory]
    [InlineData("PUT", """{"name":"x"}""")]
    [InlineData("PATCH", """{"name":"x"}""")]
    [InlineData("DELETE", null)]
    public async Task If_match_guards_a_change(string method, string? body)
    {
        var address = await MakeAsync("""{"name":"Hall"}""");
        await BodyAsync(await SendAsync(admin, HttpMethod.Patch, address, """{"name":"Newer"}"""), HttpStatusCode.OK);

        await RefusedAsync(
            await SendAsync(admin, new HttpMethod(method), address, body, tag: "W/\"1\""),
            HttpStatusCode.PreconditionFailed,
            "VERSION_CONFLICT"
        );
        Assert.Equal("Newer", (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("name").GetString());
        Assert.True((await SendAsync(admin, new HttpMethod(method), address, body, tag: "W/\"2\"")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_queue_goes_once_the_ticket_service_has_closed_its_line_for_the_same_admin()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(address, Token)).StatusCode);

        Assert.Equal([$"DELETE {address}/line?version=1 {admin.DefaultRequestHeaders.Authorization}"], tickets.Asked);
    }

    [Fact]
    public async Task A_queue_stays_while_its_line_is_not_closed()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");
        tickets.Answer = HttpStatusCode.Conflict;
        await RefusedAsync(await admin.DeleteAsync(address, Token), HttpStatusCode.Conflict, "QUEUE_NOT_EMPTY");
        foreach (var away in (HttpStatusCode?[])[null, HttpStatusCode.ServiceUnavailable])
        {
            tickets.Answer = away;
            using var answer = await admin.DeleteAsync(address, Token);
            Assert.NotNull(answer.Headers.RetryAfter);
            await RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
        }

        tickets.Answer = HttpStatusCode.Unauthorized;
        await RefusedAsync(await admin.DeleteAsync(address, Token), HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync(address, Token)).StatusCode);
    }

    [Fact]
    public async Task Without_the_right_version_the_ticket_service_is_not_even_asked()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Delete, address, null, tag: "W/\"7\""),
            HttpStatusCode.PreconditionFailed,
            "VERSION_CONFLICT"
        );
        Assert.Empty(tickets.Asked);
    }

    [Theory]
    [InlineData("PATCH", "", """{"name":"Newer"}""")]
    [InlineData("POST", "/announce", """{"message":"Newer"}""")]
    public async Task A_change_while_the_line_is_closed_is_what_the_deletion_is_decided_on(string method, string path, string body)
    {
        var address = await MakeAsync("""{"name":"Hall"}""");
        var changes = 0;
        tickets.Meanwhile = async () =>
        {
            if (changes++ % 2 == 0)
                Assert.True((await SendAsync(admin, new HttpMethod(method), address + path, body)).IsSuccessStatusCode);
        };

        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Delete, address, null, tag: "W/\"1\""),
            HttpStatusCode.PreconditionFailed,
            "VERSION_CONFLICT"
        );
        Assert.Equal(2, (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("version").GetInt32());

        changes = 0;
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(address, Token)).StatusCode);
        Assert.Equal(["version=1", "version=2", "version=3"], tickets.Asked.Select(a => a.Split(' ')[1].Split('?')[1]));
    }

    [Fact]
    public async Task Of_two_deletions_at_once_one_finds_the_queue_gone()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");
        var asked = 0;
        tickets.Meanwhile = async () =>
        {
            if (asked++ == 0)
                Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(address, Token)).StatusCode);
        };
        await RefusedAsync(await admin.DeleteAsync(address, Token), HttpStatusCode.NotFound, "QUEUE_NOT_FOUND");
    }

    [Fact]
    public async Task Changes_at_once_without_if_match_all_happen()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");

        var answers = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(i => SendAsync(admin, HttpMethod.Patch, address, $$"""{"maxRecalls":{{i}}}"""))
        );

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Equal(9, (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_repeated_post_answers_the_first_answer_and_makes_one_queue()
    {
        const string Body = """{"name":"Hall"}""";
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => SendAsync(admin, HttpMethod.Post, "/api/queues", Body, key: "once"))
        );
        var texts = await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync(Token)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.StatusCode));
        Assert.Single(texts.Distinct());
        Assert.Single(answers.Select(a => a.Headers.Location!.ToString()).Distinct());
        Assert.Single(await NamesAsync(""));
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/queues", """{"name":"Other"}""", key: "once"),
            HttpStatusCode.Conflict,
            "IDEMPOTENCY_KEY_REUSED"
        );
        Assert.Equal(
            HttpStatusCode.Created,
            (
                await SendAsync(host.SignedIn("admin 2", Roles.Admin), HttpMethod.Post, "/api/queues", """{"name":"Other"}""", key: "once")
            ).StatusCode
        );
    }

    [Fact]
    public async Task A_repeated_announcement_is_made_once()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                    (
                        await BodyAsync(
                            await SendAsync(staff, HttpMethod.Post, address + "/announce", """{"message":"Closing"}""", key: "once"),
                            HttpStatusCode.Accepted
                        )
                    ).GetRawText()
                )
        );

        Assert.Single(answers.Distinct());
        Assert.Equal(2, (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("version").GetInt64());
        await RefusedAsync(
            await SendAsync(staff, HttpMethod.Post, address + "/announce", """{"message":"Open"}""", key: "once"),
            HttpStatusCode.Conflict,
            "IDEMPOTENCY_KEY_REUSED"
        );
    }

    [Fact]
    public async Task An_announcement_stays_for_those_who_come_later_until_it_is_taken_back()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");

        var said = await BodyAsync(
            await SendAsync(staff, HttpMethod.Post, address + "/announce", """{"message":" Counter 3 closes "}"""),
            HttpStatusCode.Accepted
        );
        Assert.Equal("Counter 3 closes", said.GetProperty("message").GetString());
        var shown = (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("announcement");
        Assert.Equal(said.GetRawText(), shown.GetRawText());

        Assert.Equal(HttpStatusCode.NoContent, (await staff.DeleteAsync(address + "/announce", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await staff.DeleteAsync(address + "/announce", Token)).StatusCode);
        var after = await guest.GetFromJsonAsync<JsonElement>(address, Token);
        Assert.Equal(JsonValueKind.Null, after.GetProperty("announcement").ValueKind);
        Assert.Equal(3, after.GetProperty("version").GetInt64());
        await RefusedAsync(
            await SendAsync(staff, HttpMethod.Post, address + "/announce", """{"message":"  "}"""),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            "message"
        );
        await RefusedAsync(
            await SendAsync(staff, HttpMethod.Post, address + "/announce", $$"""{"message":"{{new string('m', 501)}}"}"""),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            "message"
        );
    }

    [Theory]
    [InlineData("PUT", "", """{"name":"x"}""")]
    [InlineData("PATCH", "", """{"name":"x"}""")]
    [InlineData("DELETE", "", null)]
    [InlineData("POST", "/announce", """{"message":"x"}""")]
    [InlineData("DELETE", "/announce", null)]
    public async Task An_unknown_queue_is_not_found(string method, string path, string? body)
    {
        await RefusedAsync(
            await SendAsync(admin, new HttpMethod(method), "/api/queues/unknown" + path, body),
            HttpStatusCode.NotFound,
            "QUEUE_NOT_FOUND"
        );
        await RefusedAsync(
            await SendAsync(admin, new HttpMethod(method), $"/api/queues/{Uri.EscapeDataString("' OR 1=1 --")}" + path, body),
            HttpStatusCode.NotFound,
            "QUEUE_NOT_FOUND"
        );
    }

    [Theory]
    [InlineData("""{"name":""", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("\"text\"", null)]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"name":{"$gt":""}}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"a\u0000b"}""", "name")]
    [InlineData("""{"name":"a\u001bb"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    [InlineData("""{"\ud800":"x"}""", null)]
    [InlineData("""{"name":"x","openingHours":[{"day":"\udc00"}]}""", null)]
    [InlineData("""{"name":"x","isActive":"yes"}""", "isActive")]
    [InlineData("""{"name":"x","maxActiveTickets":-1}""", "maxActiveTickets")]
    [InlineData("""{"name":"x","maxActiveTickets":1.5}""", "maxActiveTickets")]
    [InlineData("""{"name":"x","maxActiveTickets":"5"}""", "maxActiveTickets")]
    [InlineData("""{"name":"x","maxActiveTickets":99999999999999999999}""", "maxActiveTickets")]
    [InlineData("""{"name":"x","averageServiceTime":1e400}""", "averageServiceTime")]
    [InlineData("""{"name":"x","timeZone":"../../etc/passwd"}""", "timeZone")]
    [InlineData("""{"name":"x","openingHours":"always"}""", "openingHours")]
    [InlineData("""{"name":"x","openingHours":[7]}""", "openingHours[0]")]
    [InlineData("""{"name":"x","closures":[{"from":"2026-12-25T08:00:00","to":"2026-12-25T09:00:00Z"}]}""", "closures[0].from")]
    [InlineData("""{"name":"x","closures":[{"from":"2026-12-25","to":"2026-12-25","because":"x"}]}""", "closures[0].because")]
    [InlineData("""{"name":"x","counters":[{"name":"1"},{"name":"1"}]}""", "counters")]
    [InlineData("""{"name":"x","nmae":"y"}""", "nmae")]
    [InlineData("""{"name":"x","nmae":null}""", "nmae")]
    [InlineData("""{"name":"x","counters":[{"name":"1","naem":"2"}]}""", "counters[0].naem")]
    [InlineData("""{"name":"x","name":"y"}""", null)]
    public async Task Bad_definitions_are_refused_with_their_field_and_nothing_is_written(string body, string? field)
    {
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/queues", body),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            field
        );
        Assert.Empty(await NamesAsync(""));

        var address = await MakeAsync("""{"name":"Hall"}""");
        await RefusedAsync(await SendAsync(admin, HttpMethod.Put, address, body), HttpStatusCode.BadRequest, "VALIDATION_FAILED", field);
        await RefusedAsync(await SendAsync(admin, HttpMethod.Patch, address, body), HttpStatusCode.BadRequest, "VALIDATION_FAILED", field);
        Assert.Equal(1, (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Texts_that_look_like_queries_are_texts()
    {
        const string Name = """'; DROP TABLE queues; -- {"$where":"1"}""";

        var address = await MakeAsync(JsonSerializer.Serialize(new { name = Name }));

        Assert.Equal(Name, (await guest.GetFromJsonAsync<JsonElement>(address, Token)).GetProperty("name").GetString());
        Assert.Equal([Name], await NamesAsync(""));
    }

    [Fact]
    public async Task Operators_open_and_close_a_queue_by_either_verb_and_change_nothing_else()
    {
        var address = await MakeAsync("""{"name":"Hall","prefix":"H","rejoinGrace":60}""");

        var closed = await BodyAsync(await SendAsync(staff, HttpMethod.Put, address, """{"isActive":false}"""), HttpStatusCode.OK);
        Assert.False(closed.GetProperty("isActive").GetBoolean());
        Assert.Equal("H", closed.GetProperty("prefix").GetString());
        Assert.Equal(60, closed.GetProperty("rejoinGrace").GetInt32());
        var opened = await BodyAsync(await SendAsync(staff, HttpMethod.Patch, address, """{"isActive":true}"""), HttpStatusCode.OK);
        Assert.True(opened.GetProperty("isActive").GetBoolean());
        await RefusedAsync(
            await SendAsync(staff, HttpMethod.Put, address, """{"name":"Mine","isActive":false}"""),
            HttpStatusCode.Forbidden,
            "FORBIDDEN"
        );
    }

    [Fact]
    public async Task A_member_in_other_case_does_not_pass_for_the_one_operators_may_change()
    {
        var address = await MakeAsync("""{"name":"Hall"}""");

        await RefusedAsync(
            await SendAsync(staff, HttpMethod.Patch, address, """{"isActive":false,"NAME":"Mine"}"""),
            HttpStatusCode.Forbidden,
            "FORBIDDEN"
        );

        var patched = await BodyAsync(await SendAsync(admin, HttpMethod.Patch, address, """{"NAME":"Other case"}"""), HttpStatusCode.OK);
        Assert.Equal("Other case", patched.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_large_body_or_another_type_of_body_is_refused()
    {
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/queues", $$"""{"name":"{{new string('n', 70_000)}}"}"""),
            HttpStatusCode.RequestEntityTooLarge,
            "PAYLOAD_TOO_LARGE"
        );
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/queues", "name=x", "application/x-www-form-urlencoded"),
            HttpStatusCode.UnsupportedMediaType,
            "UNSUPPORTED_MEDIA_TYPE"
        );
        await RefusedAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/queues", """{"name":"x"}""", key: new string('k', 129)),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            "Idempotency-Key"
        );
    }

    [Fact]
    public async Task Forged_and_expired_tokens_and_roles_claimed_in_the_body_change_nothing()
    {
        var forged = host.WithToken(TestTokens.For("admin", Roles.Admin, host.Time.GetUtcNow())[..^4] + "AAAA");
        var expired = host.WithToken(TestTokens.For("admin", Roles.Admin, host.Time.GetUtcNow().AddHours(-2), TimeSpan.FromHours(1)));

        await RefusedAsync(
            await SendAsync(forged, HttpMethod.Post, "/api/queues", """{"name":"x"}"""),
            HttpStatusCode.Unauthorized,
            "UNAUTHENTICATED"
        );
        await RefusedAsync(
            await SendAsync(expired, HttpMethod.Post, "/api/queues", """{"name":"x"}"""),
            HttpStatusCode.Unauthorized,
            "UNAUTHENTICATED"
        );
        await RefusedAsync(
            await SendAsync(customer, HttpMethod.Post, "/api/queues", """{"name":"x","role":"admin"}"""),
            HttpStatusCode.Forbidden,
            "FORBIDDEN"
        );
        Assert.Empty(await NamesAsync(""));
    }

    private async Task<string> MakeAsync(string body)
    {
        using var made = await SendAsync(admin, HttpMethod.Post, "/api/queues", body);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return made.Headers.Location!.ToString();
    }

    private Task<List<string>> NamesAsync(string query) => MembersAsync("name", query);

    private Task<List<string>> PrefixesAsync() => MembersAsync("prefix", "");

    private async Task<List<string>> MembersAsync(string member, string query)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var separator = query.Length == 0 ? "?" : "&";
            var page = await guest.GetFromJsonAsync<JsonElement>(
                "/api/queues" + query + (cursor is null ? "" : $"{separator}cursor={cursor}"),
                Token
            );
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(q => q.GetProperty(member).GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        } while (cursor is not null);
        return names;
    }

    private static Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        HttpMethod method,
        string address,
        string? body,
        string type = "application/json",
        string? tag = null,
        string? key = null
    )
    {
        var request = new HttpRequestMessage(method, address);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request, Token);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task RefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code, string? field = null)
    {
        using var answer = response;
        var problem = await BodyAsync(answer, status);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.False(problem.GetProperty("success").GetBoolean());
        Assert.DoesNotContain("SmartQueue.Queues", problem.GetRawText(), StringComparison.Ordinal);
        if (field is not null)
            Assert.Contains(field, problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }
}
