using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Queues.Tests;

public sealed class BranchesApiTests : IAsyncLifetime
{
    private static readonly object[] Mondays =
    [
        new
        {
            day = "monday",
            opens = "09:00",
            closes = "17:00",
        },
    ];

    private static readonly string[] Languages = ["pt", "en-GB"];

    // A Monday morning.
    private readonly FakeTimeProvider time = new(Sample.Now);
    private readonly FakeLines tickets = new();
    private ServiceHost host = null!;
    private HttpClient admin = null!;
    private HttpClient guest = null!;

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync(
            [new QueuesModule()],
            time,
            new Dictionary<string, string?> { ["DEFAULT_TIME_ZONE"] = "Europe/Madrid" },
            tickets.Replace
        );
        admin = host.SignedIn("admin", Roles.Admin);
        guest = host.Guest();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_branch_is_made_read_listed_changed_and_deleted()
    {
        using var made = await SendAsync(
            admin,
            HttpMethod.Post,
            "/api/branches",
            new
            {
                name = "Old Town",
                address = "Calle Mayor 1",
                timeZone = "Europe/Lisbon",
                openingHours = Mondays,
                closures = new[]
                {
                    new
                    {
                        from = "2026-03-09",
                        to = "2026-03-09",
                        reason = "Holiday",
                    },
                },
                languages = Languages,
            }
        );
        var branch = await AnswerAsync(made, HttpStatusCode.Created);
        var address = "/api/branches/" + Text(branch, "id");
        Assert.Equal(address, made.Headers.Location!.ToString());
        Assert.Equal("W/\"1\"", made.Headers.ETag!.ToString());
        var queue = await MakeQueueAsync(new { name = "Passports", branchId = Text(branch, "id") });

        using var read = await SendAsync(guest, HttpMethod.Get, address);
        var found = await AnswerAsync(read);
        Assert.Equal("W/\"1\"", read.Headers.ETag!.ToString());
        Assert.Equal(
            [
                "id",
                "slug",
                "name",
                "address",
                "timeZone",
                "openingHours",
                "closures",
                "languages",
                "prefixes",
                "openNow",
                "opensAt",
                "closesAt",
                "createdAt",
                "updatedAt",
                "version",
                "queues",
            ],
            found.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal("old-town", Text(found, "slug"));
        Assert.Equal("""["pt","en-GB"]""", found.GetProperty("languages").GetRawText());
        Assert.Equal("""["A"]""", found.GetProperty("prefixes").GetRawText());
        Assert.True(found.GetProperty("openNow").GetBoolean());
        Assert.Equal(Sample.Now.AddHours(8), found.GetProperty("closesAt").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, found.GetProperty("opensAt").ValueKind);
        Assert.Equal(Text(queue, "id"), Text(Assert.Single(found.GetProperty("queues").EnumerateArray()), "id"));
        Assert.Equal(Text(found, "id"), Text(await ReadAsync("/api/branches/old-town"), "id"));

        time.SetUtcNow(new DateTimeOffset(2026, 3, 9, 10, 0, 0, TimeSpan.Zero));
        var closed = await ReadAsync(address);
        Assert.False(closed.GetProperty("openNow").GetBoolean());
        Assert.Equal(new DateTimeOffset(2026, 3, 16, 9, 0, 0, TimeSpan.Zero), closed.GetProperty("opensAt").GetDateTimeOffset());

        var list = await ReadAsync("/api/branches?limit=1");
        Assert.Equal("old-town", Text(Assert.Single(list.GetProperty("items").EnumerateArray()), "slug"));
        Assert.False(list.GetProperty("items")[0].TryGetProperty("queues", out _));
        var rest = await ReadAsync("/api/branches?limit=1&cursor=" + Text(list, "nextCursor"));
        Assert.Equal("main", Text(Assert.Single(rest.GetProperty("items").EnumerateArray()), "slug"));
        Assert.Equal("Europe/Madrid", Text(rest.GetProperty("items")[0], "timeZone"));

        using var patched = await SendAsync(admin, HttpMethod.Patch, address, new { name = "Old", address = (string?)null }, "W/\"1\"");
        var renamed = await AnswerAsync(patched);
        Assert.Equal("W/\"2\"", patched.Headers.ETag!.ToString());
        Assert.Equal(("Old", "old-town", "Europe/Lisbon"), (Text(renamed, "name"), Text(renamed, "slug"), Text(renamed, "timeZone")));
        Assert.Equal(JsonValueKind.Null, renamed.GetProperty("address").ValueKind);
        await RefusalAsync(await SendAsync(admin, HttpMethod.Patch, address, new { name = "New" }, "W/\"1\""), 412, "VERSION_CONFLICT");

        var replaced = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, address, new { name = "Whole" }));
        Assert.Equal(("Whole", "old-town", "Europe/Madrid"), (Text(replaced, "name"), Text(replaced, "slug"), Text(replaced, "timeZone")));
        Assert.Equal(JsonValueKind.Null, replaced.GetProperty("openingHours").ValueKind);
        Assert.Equal("[]", replaced.GetProperty("languages").GetRawText());

        var refused = await RefusalAsync(await SendAsync(admin, HttpMethod.Delete, address), 409, "CONFLICT");
        Assert.Equal("The branch has queues. Delete them first.", Text(refused, "error"));
        await AnswerAsync(await SendAsync(admin, HttpMethod.Delete, "/api/queues/" + Text(queue, "id")), HttpStatusCode.NoContent);
        await AnswerAsync(await SendAsync(admin, HttpMethod.Delete, address), HttpStatusCode.NoContent);
        await RefusalAsync(await SendAsync(guest, HttpMethod.Get, address), 404, "BRANCH_NOT_FOUND");
        await RefusalAsync(await SendAsync(admin, HttpMethod.Delete, address), 404, "BRANCH_NOT_FOUND");
    }

    [Fact]
    public async Task What_a_client_read_can_be_put_back()
    {
        var address = "/api/branches/" + Text(await MakeBranchAsync(new { name = "Old Town", openingHours = Mondays }), "id");
        var read = await ReadAsync(address);

        var after = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, address, read));

        Assert.Equal(2, after.GetProperty("version").GetInt32());
        Assert.Equal(read.GetProperty("openingHours").GetRawText(), after.GetProperty("openingHours").GetRawText());
    }

    [Fact]
    public async Task The_first_branch_can_be_renamed_and_never_deleted()
    {
        await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, "/api/branches/main", new { name = "Centre", slug = "centre" }));

        Assert.Equal("Centre", Text(await ReadAsync("/api/branches/main"), "name"));
        Assert.Equal("main", Text(await ReadAsync("/api/branches/centre"), "id"));
        var refused = await RefusalAsync(await SendAsync(admin, HttpMethod.Delete, "/api/branches/centre"), 409, "CONFLICT");
        Assert.StartsWith("The branch main cannot be deleted", Text(refused, "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slugs_differ_also_where_names_do_not()
    {
        Assert.Equal("main-2", Text(await MakeBranchAsync(new { name = "Main" }), "slug"));
        Assert.Equal("main-3", Text(await MakeBranchAsync(new { name = "Main" }), "slug"));
        var other = "/api/branches/" + Text(await MakeBranchAsync(new { name = "Other" }), "id");

        await WrongAsync(await SendAsync(admin, HttpMethod.Post, "/api/branches", new { name = "New", slug = "other" }), "slug");
        await WrongAsync(await SendAsync(admin, HttpMethod.Patch, other, new { slug = "main-2" }), "slug");
        await WrongAsync(await SendAsync(admin, HttpMethod.Patch, other, new { slug = "main" }), "slug");
    }

    [Theory]
    [InlineData("name", """{"name":" "}""")]
    [InlineData("name", """{"timeZone":"UTC"}""")]
    [InlineData("slug", """{"name":"n","slug":"A"}""")]
    [InlineData("slug", """{"name":"n","slug":"a"}""")]
    [InlineData("slug", """{"name":"n","slug":"with space"}""")]
    [InlineData("slug", """{"name":"n","slug":"straße"}""")]
    [InlineData("slug", """{"name":"n","slug":"01890a5d-ac96-774b-bcce-b302099a8057"}""")]
    [InlineData("slug", """{"name":"n","slug":"0123456789012345678901234567890123456789x"}""")]
    [InlineData("timeZone", """{"name":"n","timeZone":"Mars/Olympus"}""")]
    [InlineData("timeZone", """{"name":"n","timeZone":""}""")]
    [InlineData(
        "openingHours",
        """{"name":"n","openingHours":[{"day":"monday","opens":"09:00","closes":"13:00"},{"day":"monday","opens":"12:00","closes":"14:00"}]}"""
    )]
    [InlineData("openingHours[0].day", """{"name":"n","openingHours":[{"day":"someday","opens":"09:00","closes":"13:00"}]}""")]
    [InlineData("closures[0].to", """{"name":"n","closures":[{"from":"2026-12-26","to":"2026-12-25"}]}""")]
    [InlineData("closures[0].from", """{"name":"n","closures":[{"from":"tomorrow","to":"2026-12-25"}]}""")]
    [InlineData("languages[1]", """{"name":"n","languages":["de","not a tag"]}""")]
    [InlineData("languages[0]", """{"name":"n","languages":[null]}""")]
    [InlineData("languages", """{"name":"n","languages":["de","DE"]}""")]
    [InlineData(
        "languages",
        """{"name":"n","languages":["aa","ab","ac","ad","ae","af","ag","ah","ai","aj","ak","al","am","an","ao","ap","aq","ar","as","at","au"]}"""
    )]
    [InlineData("more", """{"name":"n","more":1}""")]
    public async Task What_is_wrong_is_named(string field, string body)
    {
        var branch = "/api/branches/" + Text(await MakeBranchAsync(new { name = "There" }), "id");

        await WrongAsync(await SendAsync(admin, HttpMethod.Post, "/api/branches", Json(body)), field);
        await WrongAsync(await SendAsync(admin, HttpMethod.Put, branch, Json(body)), field);
        Assert.Equal(2, (await ReadAsync("/api/branches")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_repeat_under_one_key_gives_the_first_answer()
    {
        var body = new { name = "Once" };
        var first = await AnswerAsync(await SendAsync(admin, HttpMethod.Post, "/api/branches", body, key: "k"), HttpStatusCode.Created);
        var again = await AnswerAsync(await SendAsync(admin, HttpMethod.Post, "/api/branches", body, key: "k"), HttpStatusCode.Created);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        await RefusalAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/branches", new { name = "Twice" }, key: "k"),
            409,
            "IDEMPOTENCY_KEY_REUSED"
        );
    }

    [Fact]
    public async Task Queues_have_the_next_free_letter_of_their_branch_and_are_listed_by_it()
    {
        var branch = Text(await MakeBranchAsync(new { name = "Old Town" }), "id");
        Assert.Equal("A", Text(await MakeQueueAsync(new { name = "One" }), "prefix"));
        Assert.Equal("A", Text(await MakeQueueAsync(new { name = "Two", branchId = branch }), "prefix"));
        Assert.Equal("B", Text(await MakeQueueAsync(new { name = "Three", branchId = branch }), "prefix"));
        await RefusalAsync(
            await SendAsync(
                admin,
                HttpMethod.Post,
                "/api/queues",
                new
                {
                    name = "Four",
                    branchId = branch,
                    prefix = "b",
                }
            ),
            409,
            "PREFIX_TAKEN"
        );

        Assert.Equal("Three, Two", await NamesAsync("?branchId=" + branch));
        Assert.Equal("One", await NamesAsync("?branchId=main&active=true"));
        Assert.Equal("", await NamesAsync("?branchId=nowhere"));
        Assert.Equal("One, Three, Two", await NamesAsync(""));

        async Task<string> NamesAsync(string query) =>
            string.Join(
                ", ",
                (await ReadAsync("/api/queues" + query)).GetProperty("items").EnumerateArray().Select(q => Text(q, "name")).Order()
            );
    }

    [Fact]
    public async Task A_queue_needs_a_branch_and_stays_in_it()
    {
        await WrongAsync(await SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "n", branchId = "nowhere" }), "branchId");
        var branch = Text(await MakeBranchAsync(new { name = "Old Town" }), "id");
        var queue = await MakeQueueAsync(new { name = "Hall" });
        var address = "/api/queues/" + Text(queue, "id");
        Assert.Equal("main", Text(queue, "branchId"));

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch })
        {
            await WrongAsync(
                await SendAsync(admin, method, address, new { name = "Hall", branchId = branch }),
                "branchId",
                "cannot be changed: a queue stays in its branch"
            );
            await AnswerAsync(await SendAsync(admin, method, address, new { name = "Hall", branchId = "main" }));
            Assert.Equal("main", Text(await AnswerAsync(await SendAsync(admin, method, address, new { name = "Hall" })), "branchId"));
        }
    }

    [Fact]
    public async Task A_head_start_of_priority_is_set_bounded_and_taken_back()
    {
        var queue = await MakeQueueAsync(new { name = "Hall", priorityHeadStart = 600 });
        var address = "/api/queues/" + Text(queue, "id");
        Assert.Equal(600, queue.GetProperty("priorityHeadStart").GetInt32());

        await WrongAsync(await SendAsync(admin, HttpMethod.Patch, address, new { priorityHeadStart = 86_401 }), "priorityHeadStart");
        var renamed = await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, address, new { name = "Lobby" }));
        Assert.Equal(600, renamed.GetProperty("priorityHeadStart").GetInt32());
        var strict = await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, address, new { priorityHeadStart = (int?)null }));
        Assert.Equal(JsonValueKind.Null, strict.GetProperty("priorityHeadStart").ValueKind);
    }

    [Fact]
    public async Task Appointments_are_off_until_they_are_asked_for_and_off_again_when_taken_back()
    {
        var queue = await MakeQueueAsync(new { name = "Hall" });
        var address = "/api/queues/" + Text(queue, "id");
        Assert.Equal(JsonValueKind.Null, queue.GetProperty("booking").ValueKind);

        await WrongAsync(await SendAsync(admin, HttpMethod.Patch, address, new { booking = new { places = 2 } }), "booking.slotLength");
        var takes = await AnswerAsync(
            await SendAsync(
                admin,
                HttpMethod.Patch,
                address,
                new
                {
                    booking = new
                    {
                        slotLength = 1200,
                        hours = new[]
                        {
                            new
                            {
                                day = "monday",
                                opens = "09:00",
                                closes = "12:00",
                            },
                        },
                    },
                }
            )
        );
        const string Rules =
            """{"slotLength":1200,"places":1,"hours":[{"day":"monday","opens":"09:00","closes":"12:00"}],"earliest":0,"latest":0,"horizon":30,"early":900,"late":600,"inARow":2}""";
        Assert.Equal(Rules, takes.GetProperty("booking").GetRawText());
        var back = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, address, takes));
        Assert.Equal(Rules, back.GetProperty("booking").GetRawText());
        var more = await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, address, new { booking = new { places = 5 } }));
        Assert.Equal(1200, more.GetProperty("booking").GetProperty("slotLength").GetInt32());
        Assert.Equal(5, more.GetProperty("booking").GetProperty("places").GetInt32());

        var off = await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, address, new { booking = (object?)null }));
        Assert.Equal(JsonValueKind.Null, off.GetProperty("booking").ValueKind);
    }

    [Fact]
    public async Task Queues_follow_their_branch_in_what_is_not_their_own()
    {
        var branch = "/api/branches/" + Text(await MakeBranchAsync(new { name = "Old Town", timeZone = "UTC" }), "id");
        var branchId = branch.Split('/')[^1];
        var inherits = await MakeQueueAsync(new { name = "Inherits", branchId });
        var own = await MakeQueueAsync(
            new
            {
                name = "Own",
                branchId,
                timeZone = "Asia/Tokyo",
                openingHours = Array.Empty<object>(),
                closures = Array.Empty<object>(),
            }
        );
        Assert.Equal("[]", inherits.GetProperty("own").GetRawText());
        Assert.Equal("""["timeZone","openingHours","closures"]""", own.GetProperty("own").GetRawText());
        time.Advance(TimeSpan.FromMinutes(5));

        await AnswerAsync(
            await SendAsync(
                admin,
                HttpMethod.Patch,
                branch,
                new
                {
                    timeZone = "Europe/Paris",
                    openingHours = Mondays,
                    closures = new[] { new { from = "2026-12-25", to = "2026-12-25" } },
                }
            )
        );

        var address = "/api/queues/" + Text(inherits, "id");
        var moved = await Eventually.GetAsync(() => ReadAsync(address), q => q.GetProperty("version").GetInt32() > 1);
        Assert.Equal(2, moved.GetProperty("version").GetInt32());
        Assert.Equal("Europe/Paris", Text(moved, "timeZone"));
        Assert.Equal(1, moved.GetProperty("openingHours").GetArrayLength());
        Assert.Equal(1, moved.GetProperty("closures").GetArrayLength());
        Assert.Equal("[]", moved.GetProperty("own").GetRawText());
        var stayed = await ReadAsync("/api/queues/" + Text(own, "id"));
        Assert.Equal(1, stayed.GetProperty("version").GetInt32());
        Assert.Equal(("Asia/Tokyo", "[]"), (Text(stayed, "timeZone"), stayed.GetProperty("openingHours").GetRawText()));
        Assert.True(stayed.GetProperty("openNow").GetBoolean());

        // Back to the branch's.
        var back = await AnswerAsync(
            await SendAsync(
                admin,
                HttpMethod.Patch,
                "/api/queues/" + Text(own, "id"),
                new { timeZone = (string?)null, openingHours = (object?)null }
            )
        );
        Assert.Equal(("Europe/Paris", """["closures"]"""), (Text(back, "timeZone"), back.GetProperty("own").GetRawText()));
        Assert.Equal(1, back.GetProperty("openingHours").GetArrayLength());
        // What was read and is put back stays the branch's; what is asked for by name is the queue's.
        var put = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, address, moved));
        Assert.Equal("[]", put.GetProperty("own").GetRawText());
        var patched = await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, address, new { timeZone = "Europe/Paris" }));
        Assert.Equal("""["timeZone"]""", patched.GetProperty("own").GetRawText());
    }

    [Fact]
    public async Task What_follows_a_branch_is_told_to_others_as_the_queues()
    {
        await MakeQueueAsync(new { name = "Hall" });
        time.Advance(TimeSpan.FromMinutes(5));

        await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, "/api/branches/main", new { timeZone = "Asia/Tokyo" }));

        var told = await Eventually.GetAsync(
            () => Task.FromResult(host.Published.Of<QueueUpdated>().FirstOrDefault(u => u.Version == 2)),
            u => u is not null
        );
        Assert.Equal(
            ("main", "Asia/Tokyo", Sample.Now.AddMinutes(5)),
            (told!.Queue.BranchId, told.Queue.TimeZone, told.Queue.TimeZoneSince)
        );
    }

    [Fact]
    public async Task A_queue_made_on_a_branch_that_changes_meanwhile_is_not_left_behind()
    {
        var late = new LateBranches();
        await using var racing = await ServiceHost.StartAsync([new QueuesModule()], time, configure: late.Replace);
        var consumed = racing.Deliveries.NextAsync<BranchUpdated>();
        var boss = racing.SignedIn("admin", Roles.Admin);
        // The branch is read for the new queue, changes, and its queues are gone through; only then is the queue made.
        late.Meanwhile = async () =>
        {
            await AnswerAsync(await SendAsync(boss, HttpMethod.Patch, "/api/branches/main", new { timeZone = "Asia/Tokyo" }));
            await consumed;
        };

        var made = await AnswerAsync(await SendAsync(boss, HttpMethod.Post, "/api/queues", new { name = "Hall" }), HttpStatusCode.Created);
        Assert.Equal("UTC", Text(made, "timeZone"));

        var queue = await AnswerAsync(await SendAsync(boss, HttpMethod.Get, "/api/queues/" + Text(made, "id")));
        Assert.Equal("Asia/Tokyo", Text(queue, "timeZone"));
    }

    [Fact]
    public async Task A_queue_whose_process_died_after_it_was_made_on_an_earlier_state_of_its_branch_is_not_left_behind()
    {
        // As it is kept then; no desk looks once more.
        var made = Queue.Create(
            "q",
            Sample.Definition() with
            {
                TimeZone = "Asia/Tokyo",
            },
            Sample.Now,
            new OwnSchedule(false, false, false)
        );
        await host.Services.GetRequiredService<IQueueStore>().AddAsync(made, null, TestContext.Current.CancellationToken);

        await Eventually.GetAsync(() => ReadAsync("/api/queues/q"), q => Text(q, "timeZone") == "Europe/Madrid");
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private async Task<JsonElement> ReadAsync(string address) => await AnswerAsync(await SendAsync(guest, HttpMethod.Get, address));

    private async Task<JsonElement> MakeBranchAsync(object body) =>
        await AnswerAsync(await SendAsync(admin, HttpMethod.Post, "/api/branches", body), HttpStatusCode.Created);

    private async Task<JsonElement> MakeQueueAsync(object body) =>
        await AnswerAsync(await SendAsync(admin, HttpMethod.Post, "/api/queues", body), HttpStatusCode.Created);

    private static async Task WrongAsync(HttpResponseMessage response, string field, string? rule = null)
    {
        var errors = (await RefusalAsync(response, 400, "VALIDATION_FAILED")).GetProperty("errors");
        var named = Assert.Single(errors.EnumerateObject());
        Assert.Equal(field, named.Name);
        if (rule is not null)
            Assert.Equal(rule, named.Value[0].GetString());
    }
}
