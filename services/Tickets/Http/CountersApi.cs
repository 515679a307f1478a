using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Tickets.Http;

/// <summary>HTTP in and out.</summary>
internal static class CountersApi
{
    private const int MaxReason = 200;
    private const int MaxId = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var counters = routes
            .MapGroup("/api/counters")
            .WithTag("Counters", "The desks: which queues each serves, who sits there, and calling people to it.")
            .WithParameter("id", "The counter's id.")
            .WithParameter("branchId", "Only those of this branch.");
        var admin = counters.MapGroup("/").RequireAuthorization(Policies.Admin);
        var desk = counters.MapGroup("/").RequireAuthorization(Policies.Operator);
        desk.MapGet("/", ListAsync).WithName("ListCounters").WithSummary("Counters in the order they were made");
        desk.MapGet("/{id}", ReadAsync).WithName("GetCounter").WithSummary("A counter and the ticket it holds").GivesEntityTag();
        desk.MapGet("/{id}/tickets", LineAsync)
            .WithName("GetLineOfCounter")
            .WithSummary("Active tickets of all queues of a counter, in the order in which it calls them");
        desk.MapGet("/{id}/missed", MissedAsync)
            .WithName("GetMissedOfCounter")
            .WithSummary("Who did not come and may still be put back in line");
        admin.MapPost("/", CreateAsync).WithName("CreateCounter").WithSummary("Make a counter").TakesIdempotencyKey().GivesEntityTag();
        admin
            .MapPatch("/{id}", ChangeAsync)
            .WithName("ChangeCounter")
            .WithSummary("Rename a counter, or change its queues or rule")
            .TakesIfMatch()
            .GivesEntityTag();
        admin
            .MapDelete("/{id}", DeleteAsync)
            .WithName("DeleteCounter")
            .WithSummary("Delete a counter that holds no ticket")
            .TakesIfMatch()
            .ProducesProblem(StatusCodes.Status409Conflict);
        desk.MapPost("/{id}/open", OpenAsync)
            .WithName("OpenCounter")
            .WithSummary("Sit down at a counter")
            .TakesIdempotencyKey()
            .GivesEntityTag();
        desk.MapPost("/{id}/break", BreakAsync)
            .WithName("BreakAtCounter")
            .WithSummary("Take a break")
            .TakesIdempotencyKey()
            .GivesEntityTag();
        desk.MapPost("/{id}/close", CloseAsync)
            .WithName("CloseCounter")
            .WithSummary("End the day at a counter")
            .TakesIdempotencyKey()
            .GivesEntityTag();
        desk.MapPost("/{id}/call-next", CallNextAsync)
            .WithName("CallNextAtCounter")
            .WithSummary("Call the next of all queues of a counter")
            .TakesIdempotencyKey()
            .GivesEntityTag();
        desk.MapPost("/{id}/call", CallAsync)
            .WithName("CallAtCounter")
            .WithSummary("Call a chosen ticket")
            .TakesIdempotencyKey()
            .GivesEntityTag();
    }

    /// <summary>With the ticket that each holds.</summary>
    private static async Task<Ok<Page<CounterView>>> ListAsync(
        PageRequest page,
        Caller caller,
        CounterDesk desk,
        CancellationToken cancellationToken,
        string? branchId = null
    ) => TypedResults.Ok(await desk.ListAsync(caller.BranchesOf(branchId), page, cancellationToken));

    /// <summary>Who sits there, since when, and whom it holds.</summary>
    private static async Task<Ok<CounterView>> ReadAsync(
        string id,
        Caller caller,
        HttpContext http,
        CounterDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.ReadAsync(id, caller, cancellationToken));

    /// <summary>At counters first, by call; then waiting, as this counter calls them by its rule; then set aside.</summary>
    private static async Task<Ok<Page<TicketView>>> LineAsync(
        string id,
        PageRequest page,
        Caller caller,
        CounterDesk desk,
        TicketQueries queries,
        CancellationToken cancellationToken
    )
    {
        var counter = await desk.FindAsync(id, caller, cancellationToken);
        var queues = await desk.QueuesOfAsync(counter, cancellationToken);
        return TypedResults.Ok(await queries.LineOfAsync(counter, queues, page, cancellationToken));
    }

    /// <summary>While the <c>rejoinGrace</c> of their queue lasts; who was missed last comes first, 50 at most.</summary>
    private static async Task<Ok<Page<TicketView>>> MissedAsync(
        string id,
        Caller caller,
        CounterDesk desk,
        TicketQueries queries,
        CancellationToken cancellationToken
    )
    {
        var counter = await desk.FindAsync(id, caller, cancellationToken);
        var queues = counter.Queues.Count > 0 ? counter.Queues.Select(q => q.QueueId) : null;
        return TypedResults.Ok(new Page<TicketView>(await queries.MissedAsync(counter.BranchId, queues, cancellationToken), null));
    }

    /// <summary>Names are unique in a branch; upper and lower case are the same.</summary>
    private static async Task<Created<CounterView>> CreateAsync(
        CounterDefinitionRequest body,
        Caller caller,
        HttpContext http,
        CounterDesk desk,
        CancellationToken cancellationToken
    )
    {
        var counter = await desk.CreateAsync(body.Validate(null), caller, IdempotencyKey.Of(http, body), cancellationToken);
        http.Response.SetEntityTag(counter.Version);
        return TypedResults.Created($"/api/counters/{counter.Id}", counter);
    }

    /// <summary>What is absent stays. Under another name it holds whom it held.</summary>
    private static async Task<Ok<CounterView>> ChangeAsync(
        string id,
        CounterDefinitionRequest body,
        Caller caller,
        HttpContext http,
        CounterDesk desk,
        CancellationToken cancellationToken
    ) =>
        Answer(
            http,
            await desk.DefineAsync(
                id,
                http.Request.ExpectedVersions(),
                counter => body.Validate(CounterDesk.DefinitionOf(counter)),
                caller,
                cancellationToken
            )
        );

    /// <summary>409 while it holds a ticket.</summary>
    private static async Task<NoContent> DeleteAsync(
        string id,
        Caller caller,
        HttpRequest request,
        CounterDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.DeleteAsync(id, request.ExpectedVersions(), caller, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Also ends a break. 409 <c>COUNTER_TAKEN</c> when somebody else sits there; with <c>takeOver</c> the desk is yours.</summary>
    private static async Task<Ok<CounterView>> OpenAsync(
        string id,
        [FromBody] OpenCounterRequest? body,
        Caller caller,
        HttpContext http,
        CounterDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.OpenAsync(id, body?.TakeOver == true, caller, IdempotencyKey.Of(http, body), cancellationToken));

    /// <summary>409 <c>COUNTER_BUSY</c> with a ticket in hand: finish it first.</summary>
    private static async Task<Ok<CounterView>> BreakAsync(
        string id,
        [FromBody] BreakRequest? body,
        Caller caller,
        HttpContext http,
        CounterDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var reason = errors.Optional("reason", body?.Reason, MaxReason);
        errors.ThrowIfAny();
        return Answer(http, await desk.BreakAsync(id, reason, caller, IdempotencyKey.Of(http, body), cancellationToken));
    }

    /// <summary>409 <c>COUNTER_BUSY</c> with a ticket in hand: finish it first. Closing a closed one is harmless.</summary>
    private static async Task<Ok<CounterView>> CloseAsync(
        string id,
        Caller caller,
        HttpContext http,
        CounterDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.CloseAsync(id, caller, IdempotencyKey.Of<object?>(http, null), cancellationToken));

    /// <summary>By its rule. 204 where nobody waits, and 409 while it holds a ticket; with <c>complete</c>, that one is served
    /// first.</summary>
    private static async Task<Results<Ok<TicketView>, NoContent>> CallNextAsync(
        string id,
        [FromBody] CallAtCounterRequest? body,
        Caller caller,
        HttpContext http,
        CallDesk desk,
        CancellationToken cancellationToken
    ) =>
        await desk.NextAtCounterAsync(id, body?.Complete == true, caller, IdempotencyKey.Of(http, body), cancellationToken) is { } ticket
            ? Answer(http, ticket)
            : TypedResults.NoContent();

    /// <summary>Out of order, of a queue that the counter serves.</summary>
    private static async Task<Ok<TicketView>> CallAsync(
        string id,
        CallTicketRequest body,
        Caller caller,
        HttpContext http,
        CallDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var ticketId = errors.Required("ticketId", body.TicketId, MaxId);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.ChosenAsync(id, ticketId, body.Complete == true, caller, IdempotencyKey.Of(http, body), cancellationToken)
        );
    }

    private static Ok<CounterView> Answer(HttpContext http, CounterView counter)
    {
        http.Response.SetEntityTag(counter.Version);
        return TypedResults.Ok(counter);
    }

    private static Ok<TicketView> Answer(HttpContext http, TicketView ticket)
    {
        http.Response.SetEntityTag(ticket.Version);
        return TypedResults.Ok(ticket);
    }
}
