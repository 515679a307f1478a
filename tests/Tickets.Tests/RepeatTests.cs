using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Testing;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;
using static SmartQueue.Tickets.Tests.TicketsHost;

namespace SmartQueue.Tickets.Tests;

/// <summary>What is asked for twice under one <c>Idempotency-Key</c> happens once, and without one twice.</summary>
public sealed class RepeatTests
{
    private const string Key = "0b3c6a0e-9c55-4f6c-9a0e-1d2f3a4b5c6d";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Done_and_next_three_times_under_one_key_serves_one_and_calls_one()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 4; i++)
            await host.TakeAsync();
        await host.CallNextAsync();
        var first = await host.CallNextAsync(complete: true, key: "k");
        for (var i = 0; i < 2; i++)
            Assert.Equal(first.GetRawText(), (await host.CallNextAsync(complete: true, key: "k")).GetRawText());
        Assert.Equal("A-2", Text(first, "ticketNumber"));
        Assert.Equal(["A-2 Called", "A-3 Waiting", "A-4 Waiting"], await LineAsync(host));
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "2" }, key: "k"),
            409,
            "IDEMPOTENCY_KEY_REUSED"
        );
    }

    [Fact]
    public async Task Many_at_once_under_one_key_serve_one_and_call_one()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 20; i++)
            await host.TakeAsync();
        await host.CallNextAsync();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.CallNextAsync(complete: true, key: $"k{round}")));
            Assert.Single(answers.Select(a => a.GetRawText()).Distinct());
        }

        Assert.Equal(15, (await LineAsync(host)).Length);
        Assert.Equal("A-6 Called", (await LineAsync(host))[0]);
    }

    [Fact]
    public async Task Many_at_once_at_a_free_counter_call_one_and_complete_nobody()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 20; i++)
            await host.TakeAsync();
        for (var round = 1; round <= 5; round++)
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 10).Select(_ => host.CallNextAsync($"{round}", complete: true, key: $"k{round}"))
            );
            Assert.Single(answers.Select(a => Text(a, "id")).Distinct());
        }

        Assert.Equal(5, (await LineAsync(host)).Count(t => t.EndsWith(" Called", StringComparison.Ordinal)));
        Assert.Equal(20, (await LineAsync(host)).Length);
    }

    [Fact]
    public async Task A_repeat_of_done_and_next_that_died_in_between_serves_nobody_else_and_calls_one()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 3; i++)
            await host.TakeAsync();
        await host.CallNextAsync();
        var dying = new DyingStore(host.Store) { Dies = true };
        var desk = ActivatorUtilities.CreateInstance<CallDesk>(host.Services, dying);
        await Assert.ThrowsAsync<IOException>(() => DoneAndNextAsync());
        Assert.Equal(["A-2 Waiting", "A-3 Waiting"], await LineAsync(host));

        dying.Dies = false;
        Assert.Equal("A-2", (await DoneAndNextAsync())!.TicketNumber);
        Assert.Equal("A-2", (await DoneAndNextAsync())!.TicketNumber);
        Assert.Equal(["A-2 Called", "A-3 Waiting"], await LineAsync(host));

        Task<TicketView?> DoneAndNextAsync() => desk.NextOfQueueAsync("q1", "1", true, Staff, Some.Key("k"), Token);
    }

    [Fact]
    public async Task A_repeat_that_finds_another_at_the_counter_by_now_does_not_serve_them()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 3; i++)
            await host.TakeAsync();
        await host.CallNextAsync();
        var dying = new DyingStore(host.Store) { Dies = true };
        var desk = ActivatorUtilities.CreateInstance<CallDesk>(host.Services, dying);
        await Assert.ThrowsAsync<IOException>(() => desk.NextOfQueueAsync("q1", "1", true, Staff, Some.Key("k"), Token));
        dying.Dies = false;
        await host.CallNextAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => desk.NextOfQueueAsync("q1", "1", true, Staff, Some.Key("k"), Token));

        Assert.Equal(ErrorCodes.CounterBusy, refusal.Code);
        Assert.Equal(["A-2 Called", "A-3 Waiting"], await LineAsync(host));
    }

    [Fact]
    public async Task Who_lets_others_go_first_twice_at_once_lets_as_many_go_first_as_both_say()
    {
        await using var host = await StartAsync();
        var id = Text(await host.TakeAsync(), "id")!;
        for (var i = 0; i < 5; i++)
            await host.TakeAsync();
        var interrupted = new DyingStore(host.Store) { BeforeSave = () => DeferAsync(host.Store, 3) };

        await DeferAsync(interrupted, 1);

        Assert.Equal(["A-2", "A-3", "A-4", "A-5", "A-1", "A-6"], (await LineAsync(host)).Select(t => t.Split(' ')[0]));

        Task DeferAsync(ITicketStore store, int places) =>
            ActivatorUtilities.CreateInstance<TicketDesk>(host.Services, store).DeferAsync(id, Staff, null, places, null, Token);
    }

    [Fact]
    public async Task That_nobody_waits_is_an_answer_that_a_repeat_gets_again()
    {
        await using var host = await StartAsync();
        await host.TakeAsync();
        await host.CallNextAsync();
        await NobodyAsync("k", complete: true);
        Assert.Empty(await LineAsync(host));
        await host.TakeAsync();
        await host.TakeAsync();
        await host.CallNextAsync();
        await NobodyAsync("k", complete: true);
        Assert.Equal(["A-2 Called", "A-3 Waiting"], await LineAsync(host));

        async Task NobodyAsync(string key, bool complete) =>
            Assert.Equal(
                HttpStatusCode.NoContent,
                (
                    await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "1", complete }, key: key)
                ).StatusCode
            );
    }

    [Fact]
    public async Task A_guest_who_defers_twice_under_one_key_moves_once_and_is_told_the_same()
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync();
        for (var i = 0; i < 3; i++)
            await host.TakeAsync();
        var path = $"/api/tickets/{Text(mine, "id")}/defer";
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(async _ =>
                    await AnswerAsync(
                        await SendAsync(host.Guest, HttpMethod.Post, path, new { places = 1 }, token: Text(mine, "trackingToken"), key: Key)
                    )
                )
        );
        Assert.Single(answers.Select(a => a.GetRawText()).Distinct());
        Assert.Equal((2, 2), (answers[0].GetProperty("position").GetInt32(), answers[0].GetProperty("version").GetInt32()));
        Assert.Equal(
            2,
            (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, path[..^"/defer".Length], token: Text(mine, "trackingToken"))))
                .GetProperty("position")
                .GetInt32()
        );

        var problem = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, path, new { places = 1 }, token: Text(mine, "trackingToken"), key: "short"),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _));
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, path, new { places = 1 }, key: Key), 404, "TICKET_NOT_FOUND");
    }

    [Fact]
    public async Task Every_move_by_staff_is_made_once_under_its_key()
    {
        await using var host = await StartAsync();
        await host.DefineAsync(Some.Queue("q2", with: q => q with { Prefix = "B" }));
        var id = Text(await host.TakeAsync(), "id");
        await host.TakeAsync();
        await host.CallNextAsync();
        await TwiceAsync($"/api/tickets/{id}/recall", null);
        await TwiceAsync($"/api/tickets/{id}/park", new { reason = "papers" }, new { reason = "other" });
        await TwiceAsync($"/api/tickets/{id}/unpark", null);
        await host.CallNextAsync();
        await TwiceAsync($"/api/tickets/{id}/requeue", new { afterPosition = 1 }, new { afterPosition = 0 });
        await TwiceAsync($"/api/tickets/{id}/transfer", new { queueId = "q2" }, new { queueId = "q3" });
        var history = (await host.Store.FindAsync(id, Token))!.History;
        Assert.Equal(8, history.Count);
        Assert.Single(await host.Store.OpenAsync("q2", Token));

        async Task TwiceAsync(string path, object? body, object? another = null)
        {
            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, 5)
                    .Select(async _ => await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, path, body, key: Key + path)))
            );
            Assert.Single(answers.Select(a => a.GetRawText()).Distinct());
            if (another is null)
                return;
            await RefusalAsync(
                await SendAsync(host.Operator, HttpMethod.Post, path, another, key: Key + path),
                409,
                "IDEMPOTENCY_KEY_REUSED"
            );
        }
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day_and_then_goes()
    {
        await using var host = await StartAsync();
        var first = await host.TakeAsync(key: Key);
        var kept = (await host.Store.FindAnswerAsync(Some.Key(Key, userId: null, body: null).KeyHash, Token))!;
        host.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        Assert.Equal(first.GetRawText(), (await host.TakeAsync(key: Key)).GetRawText());
        for (var i = 0; i < 4; i++)
            host.Time.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => await host.Store.FindAnswerAsync(kept.KeyHash, Token) is null);
    }

    private static readonly Caller Staff = new("op", Roles.Operator, null);

    private static async Task<string[]> LineAsync(TicketsHost host) =>
        [.. (await host.Store.OpenAsync("q1", Token)).Select(t => $"{t.TicketNumber} {t.Status}")];
}
