using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>Ordinary things to test with.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly WaitPromise Promise = new(600, 300, 900);

    public static QueueDefinition Queue(string id = "q1", int capacity = 100, Func<QueueDefinition, QueueDefinition>? with = null)
    {
        var queue = new QueueDefinition
        {
            Id = id,
            Name = "Passports",
            IsActive = true,
            Prefix = PrefixOf(id),
            MaxActiveTickets = capacity,
            AverageServiceTime = 300,
            SlaWaitTime = 600,
            MaxRecalls = 2,
            RejoinGrace = 900,
            NumberReset = NumberReset.Daily,
            TimeZone = "UTC",
            Counters = [],
            CreatedAt = Noon,
            UpdatedAt = Noon,
            Version = 1,
        };
        return with?.Invoke(queue) ?? queue;
    }

    /// <summary>The idempotency key of a request, of staff unless said otherwise.</summary>
    public static IdempotencyKey Key(string key, string? userId = "op", string? body = "body")
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Path = "/api/queues/q1/call-next";
        http.Request.Headers["Idempotency-Key"] = key;
        if (userId is not null)
            http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", userId)], "test"));
        return IdempotencyKey.Of(http, body)!;
    }

    public static Ticket Waiting(int number = 1, string? userId = null) =>
        Ticket
            .Issue(
                new NewTicket
                {
                    Id = Guid.CreateVersion7(Noon).ToString(),
                    UserId = userId,
                    CustomerName = "Ada",
                    Phone = "+34 600 000 000",
                    Email = "ada@example.com",
                },
                Queue(),
                Place(number, number - 1),
                Promise,
                Noon,
                userId
            )
            .Next;

    /// <summary>The place of the n-th of a day.</summary>
    public static Place Place(int number, int ahead = 0, string prefix = "A") =>
        new(new PlaceNumber(prefix, number, new DateOnly(2026, 3, 2)), LineOrder.OfArrival(number, 0, null), ahead);

    /// <summary>A counter.</summary>
    public static CounterRef Desk(string name) => new("desk-" + name, name);

    /// <summary>Calls the first of one line.</summary>
    public static Task<Ticket?> CallFirstAsync(
        this ITicketStore store,
        string queueId,
        Func<Ticket, (TicketChange Change, StoredResponse? Answer)> call,
        CancellationToken cancellationToken
    ) => store.CallFirstAsync([queueId], Noon, heads => heads.Single().Next(Noon), call, cancellationToken);

    /// <summary>A ticket that reached a status by legal moves.</summary>
    public static Ticket In(TicketStatus status) =>
        status switch
        {
            TicketStatus.Waiting => Waiting(),
            TicketStatus.Called => Waiting().Call(Some.Desk("1"), Noon, "op").Next,
            TicketStatus.Serving => In(TicketStatus.Called).Start(null, Noon, "op").Next,
            TicketStatus.Parked => Waiting().Park(null, Noon, "op").Next,
            TicketStatus.Served => In(TicketStatus.Serving).Serve(Noon, "op").Next,
            TicketStatus.Cancelled => Waiting().Cancel(null, Noon, null).Next,
            TicketStatus.NoShow => In(TicketStatus.Called).MarkNoShow(null, Noon, "op").Next,
            TicketStatus.Transferred => Waiting().Transfer("q2", "t2", Noon, "op").Next,
            TicketStatus.Expired => Waiting().Expire("the service day ended", Noon).Next,
        };

    // Of q1, q2 and so on A, B and so on: no two queues of a branch have the same.
    private static string PrefixOf(string queueId) =>
        queueId is ['q', .. var n] && int.TryParse(n, out var number) && number is > 0 and < 26 ? $"{(char)('A' + number - 1)}" : "Z";
}
