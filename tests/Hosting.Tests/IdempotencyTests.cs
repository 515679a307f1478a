using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Tests;

public sealed class IdempotencyTests
{
    private const string LongKey = "0b3c6a0e-9c55-4f6c-9a0e-1d2f3a4b5c6d";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed record Body(string Name);

    private sealed record Answer(string Id, string TrackingToken);

    [Fact]
    public void Without_the_header_there_is_no_key() => Assert.Null(Key(null));

    [Fact]
    public void A_key_is_at_most_128_characters_and_without_an_account_at_least_16()
    {
        Assert.NotNull(Key(new string('k', 128)));
        Assert.NotNull(Key(new string('k', 16)));
        Assert.NotNull(Key("k", "ada"));
        foreach (var wrong in new[] { 15, 129 })
            Assert.Equal(["Idempotency-Key"], Assert.Throws<RefusedException>(() => Key(new string('k', wrong))).Fields!.Keys);
    }

    [Fact]
    public void The_first_answer_comes_back_to_the_same_request()
    {
        var answer = new Answer("t1", "secret-token");

        var sealedAnswer = Key("k", "ada")!.Seal(answer, DateTimeOffset.UnixEpoch);

        Assert.Equal(answer, Key("k", "ada")!.Open<Answer>(sealedAnswer));
        Assert.Equal(Key("k", "ada")!.KeyHash, sealedAnswer.KeyHash);
    }

    [Theory]
    [InlineData("other body", "POST", "/api/tickets")]
    [InlineData("body", "PUT", "/api/tickets")]
    [InlineData("body", "POST", "/api/queues")]
    public void Another_request_under_the_key_is_refused(string body, string method, string path)
    {
        var sealedAnswer = Key("k", "ada", body: "body")!.Seal(new Answer("t1", "x"), DateTimeOffset.UnixEpoch);

        var refusal = Assert.Throws<RefusedException>(() =>
            Key("k", "ada", body: body, method: method, path: path)!.Open<Answer>(sealedAnswer)
        );

        Assert.Equal(ErrorCodes.IdempotencyKeyReused, refusal.Code);
        Assert.Equal(409, ErrorCodes.StatusOf(refusal.Code));
    }

    [Fact]
    public void Keys_belong_to_their_caller()
    {
        Assert.NotEqual(Key("k", "ada")!.KeyHash, Key("k", "bob")!.KeyHash);
        Assert.NotEqual(Key(LongKey, "ada")!.KeyHash, Key(LongKey)!.KeyHash);
        Assert.NotEqual(Key("k1", "ada")!.KeyHash, Key("k2", "ada")!.KeyHash);
    }

    [Fact]
    public void A_guest_keeps_a_key_on_another_network_and_has_another_for_each_ticket()
    {
        Assert.Equal(Key(LongKey, address: "10.0.0.1")!.KeyHash, Key(LongKey, address: "10.0.0.2")!.KeyHash);
        Assert.Equal(
            3,
            new[] { Key(LongKey)!.KeyHash, Key(LongKey, ticketId: "t1")!.KeyHash, Key(LongKey, ticketId: "t2")!.KeyHash }.Distinct().Count()
        );
    }

    [Fact]
    public void A_step_is_kept_beside_the_answer_and_belongs_to_the_same_request()
    {
        var key = Key("k", "ada")!;

        var step = key.Step("complete").Seal("t1", DateTimeOffset.UnixEpoch);

        Assert.NotEqual(key.KeyHash, step.KeyHash);
        Assert.Equal("t1", Key("k", "ada")!.Step("complete").Open<string>(step));
        Assert.Throws<RefusedException>(() => Key("k", "ada", body: "other")!.Step("complete").Open<string>(step));
    }

    [Fact]
    public void What_is_kept_cannot_be_read_without_the_key()
    {
        var first = Key(LongKey, "ada")!.Seal(new Answer("t1", "secret-token"), DateTimeOffset.UnixEpoch);
        var second = Key(LongKey, "ada")!.Seal(new Answer("t1", "secret-token"), DateTimeOffset.UnixEpoch);

        Assert.DoesNotContain("secret-token", Encoding.Latin1.GetString(first.Sealed), StringComparison.Ordinal);
        Assert.DoesNotContain(LongKey, first.KeyHash + first.RequestHash, StringComparison.Ordinal);
        Assert.NotEqual(first.Sealed, second.Sealed);
        var guess = Key("another key that is as long", "ada")!;
        Assert.ThrowsAny<CryptographicException>(() => guess.Open<Answer>(first with { RequestHash = guess.RequestHash }));
        var changed = first with { Sealed = [.. first.Sealed[..^1], (byte)(first.Sealed[^1] ^ 1)] };
        Assert.ThrowsAny<CryptographicException>(() => Key(LongKey, "ada")!.Open<Answer>(changed));
    }

    [Fact]
    public void An_erased_answer_says_that_the_request_was_done_and_no_more()
    {
        var erased = Key("k", "ada")!.Seal(new Answer("t1", "Ada"), DateTimeOffset.UnixEpoch) with { Sealed = [] };
        Assert.Equal(ErrorCodes.Conflict, Assert.Throws<RefusedException>(() => Key("k", "ada")!.Open<Answer>(erased)).Code);
        Assert.Equal(
            ErrorCodes.IdempotencyKeyReused,
            Assert.Throws<RefusedException>(() => Key("k", "ada", body: "other")!.Open<Answer>(erased)).Code
        );
    }

    [Fact]
    public async Task An_effect_happens_once_per_key()
    {
        var store = new Dictionary<string, StoredResponse>();
        var effects = 0;

        for (var i = 0; i < 3; i++)
            Assert.Equal("t1", (await OnceAsync(Key("k", "ada"))).Id);
        Assert.Equal(1, effects);
        await OnceAsync(null);
        await OnceAsync(null);
        Assert.Equal(3, effects);

        Task<Answer> OnceAsync(IdempotencyKey? key) =>
            Idempotency.OnceAsync(
                key,
                (hash, _) => Task.FromResult(store.GetValueOrDefault(hash)),
                _ =>
                {
                    var answer = new Answer($"t{++effects}", "x");
                    if (key is not null)
                        store.Add(key.KeyHash, key.Seal(answer, DateTimeOffset.UnixEpoch));
                    return Task.FromResult(answer);
                },
                Token
            );
    }

    [Fact]
    public async Task Who_comes_second_gets_the_answer_of_the_first()
    {
        var key = Key("k", "ada")!;
        StoredResponse? kept = null;

        var answer = await Idempotency.OnceAsync<Answer>(
            key,
            (_, _) => Task.FromResult(kept),
            _ =>
            {
                kept = key.Seal(new Answer("of the first", "x"), DateTimeOffset.UnixEpoch);
                throw new DuplicateIdempotencyKeyException();
            },
            Token
        );

        Assert.Equal("of the first", answer.Id);
    }

    [Fact]
    public async Task Who_is_refused_because_of_what_the_first_did_gets_the_answer_of_the_first()
    {
        var key = Key("k", "ada")!;
        StoredResponse? kept = null;

        Assert.Equal(
            "of the first",
            (await RepeatAsync(() => kept = key.Seal(new Answer("of the first", "x"), DateTimeOffset.UnixEpoch))).Id
        );
        kept = null;
        Assert.Equal(ErrorCodes.CounterBusy, (await Assert.ThrowsAsync<RefusedException>(() => RepeatAsync(() => { }))).Code);

        Task<Answer> RepeatAsync(Action first) =>
            Idempotency.OnceAsync<Answer>(
                key,
                (_, _) => Task.FromResult(kept),
                _ =>
                {
                    first();
                    throw new RefusedException(ErrorCodes.CounterBusy, "Busy.");
                },
                Token
            );
    }

    private static IdempotencyKey? Key(
        string? key,
        string? user = null,
        string body = "body",
        string method = "POST",
        string path = "/api/tickets",
        string address = "10.0.0.1",
        string? ticketId = null
    )
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.Path = path;
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        if (key is not null)
            http.Request.Headers["Idempotency-Key"] = key;
        if (user is not null)
            http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user), new Claim("role", "user")], "test"));
        return IdempotencyKey.Of(http, new Body(body), ticketId);
    }
}
