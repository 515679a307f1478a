using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Http;

/// <summary>HTTP in and out.</summary>
internal static class TicketsApi
{
    private const int MaxName = 100;
    private const int MaxNotes = 500;
    private const int MaxReason = 200;
    private const int MaxCounter = 20;
    private const int MaxPriority = 9;
    private const int MaxPlaces = 10_000;
    private const int MaxId = 64;
    private const int MaxLabels = 10;
    private const int MaxLabel = 40;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tickets = routes
            .MapGroup("/api/tickets")
            .WithTag("Tickets", "People's places: taking a number, reading, moving and cancelling it.")
            .WithParameter("id", "The ticket's id.")
            .WithParameter("queueId", "Only those of this queue.")
            .WithParameter("status", "Only those of this status.")
            .WithParameter("userId", "Only those of this account.")
            .WithParameter("branchId", "Only those of this branch.")
            .WithParameter("from", "Only those taken at this time or later, RFC 3339.")
            .WithParameter("to", "Only those taken before this time, RFC 3339.");
        tickets
            .MapPost("/", TakeAsync)
            .WithName("TakeTicket")
            .WithSummary("Take a number")
            .TakesIdempotencyKey()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
        tickets
            .MapGet("/", ListAsync)
            .RequireAuthorization(Policies.SignedIn)
            .WithName("ListTickets")
            .WithSummary("Tickets: your own, or all for operators");
        tickets
            .MapGet("/{id}", ReadAsync)
            .WithName("GetTicket")
            .WithSummary("A ticket with its live position and estimate")
            .TakesTrackingToken()
            .GivesEntityTag();
        tickets
            .MapPut("/{id}", ChangeAsync)
            .WithName("ChangeTicket")
            .WithSummary("Move a ticket to another status")
            .TakesTrackingToken()
            .TakesIdempotencyKey()
            .TakesIfMatch()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status403Forbidden);
        tickets
            .MapPatch("/{id}", CorrectAsync)
            .WithName("CorrectTicket")
            .WithSummary("Correct what is known of a ticket")
            .TakesTrackingToken()
            .TakesIdempotencyKey()
            .TakesIfMatch()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status403Forbidden);
        tickets
            .MapDelete("/{id}", CancelAsync)
            .WithName("CancelTicket")
            .WithSummary("Cancel a ticket")
            .TakesTrackingToken()
            .TakesIfMatch()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status409Conflict);
        tickets
            .MapGet("/{id}/history", HistoryAsync)
            .WithName("GetTicketHistory")
            .WithSummary("Every transition of a ticket")
            .TakesTrackingToken();
        tickets
            .MapPost("/{id}/defer", DeferAsync)
            .WithName("DeferTicket")
            .WithSummary("Let others go first")
            .TakesTrackingToken()
            .TakesIdempotencyKey()
            .TakesIfMatch()
            .GivesEntityTag();
        var desk = tickets.MapGroup("/{id}").RequireAuthorization(Policies.Operator).TakesIdempotencyKey().TakesIfMatch().GivesEntityTag();
        desk.MapPost("/recall", RecallAsync).WithName("RecallTicket").WithSummary("Announce a called ticket again");
        desk.MapPost("/transfer", TransferAsync).WithName("TransferTicket").WithSummary("Send a ticket to another queue");
        desk.MapPost("/requeue", RequeueAsync).WithName("RequeueTicket").WithSummary("Put a called or missed ticket back in line");
        desk.MapPost("/park", ParkAsync).WithName("ParkTicket").WithSummary("Set a ticket aside");
        desk.MapPost("/unpark", UnparkAsync).WithName("UnparkTicket").WithSummary("Bring a parked ticket back");

        var line = routes
            .MapGroup("/api/queues/{queueId}")
            .WithTag("Line", "The people in a queue: who is next, and what newcomers should expect.")
            .WithParameter("queueId", "The queue's id.")
            .WithParameter("partySize", "How many come together, from 1 to 100. They are served as one, so the wait is the same.");
        line.MapPost("/tickets", TakeInQueueAsync)
            .WithName("TakeTicketInQueue")
            .WithSummary("Take a number in this queue")
            .TakesIdempotencyKey()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        line.MapGet("/tickets", LineAsync).WithName("GetLine").WithSummary("Active tickets in calling order");
        line.MapPost("/call-next", CallNextAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("CallNext")
            .WithSummary("Call the next ticket to a counter")
            .TakesIdempotencyKey()
            .GivesEntityTag();
        line.MapPost("/clear", ClearAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("ClearLine")
            .WithSummary("Cancel all who wait, or the guests who came from the same network as one of them")
            .TakesIdempotencyKey();
        // For the queue service, which asks on behalf of an admin; no process forwards it.
        line.MapDelete("/line", CloseLineAsync).RequireAuthorization(Policies.Admin).WithName("CloseLine").ExcludeFromDescription();
        line.MapGet("/eta", EtaAsync).WithName("GetEta").WithSummary("The wait to expect for someone who joins now");
    }

    /// <summary>The same as <c>POST /api/tickets</c>, with the queue in the path.</summary>
    private static Task<Created<TicketView>> TakeInQueueAsync(
        string queueId,
        TakeTicketRequest? body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        HallNetworks hall,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    ) => TakeAsync((body ?? TakeTicketRequest.Empty) with { QueueId = queueId }, caller, http, desk, hall, phones, cancellationToken);

    /// <summary>Whoever is not signed in gets a <c>trackingToken</c> with it, shown once. Operators take tickets for the people in
    /// front of them, and they alone give priority.</summary>
    private static async Task<Created<TicketView>> TakeAsync(
        TakeTicketRequest body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        HallNetworks hall,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        caller.RequireProof(http);
        var errors = new FieldErrors();
        var queueId = errors.Required("queueId", body.QueueId, MaxId);
        var inHouse = caller.UserId is null && hall.Contains(http);
        var draft = new NewTicket
        {
            Id = "",
            // Staff issue numbers for people who stand in front of them, so those are guests' tickets.
            UserId = caller.IsOperator ? null : caller.UserId,
            CustomerName = errors.Optional("customerName", body.CustomerName, MaxName),
            Phone = errors.Phone("phone", body.Phone, phones),
            Email = errors.Email("email", body.Email),
            Language = Language(errors, body.Language),
            Notes = errors.Optional("notes", body.Notes, MaxNotes),
            Priority = errors.Range("priority", body.Priority, 0, 0, MaxPriority),
            Source = Source(errors, body.Source, caller),
            // An account has one ticket in a queue anyhow.
            Network = caller.UserId is null && !inHouse ? ClientNetwork.Of(http) : null,
            InHouse = inHouse,
        };
        errors.ThrowIfAny();
        if (draft.Priority > 0 && !caller.IsOperator)
            throw new RefusedException(ErrorCodes.Forbidden, "Only staff give priority.");
        var ticket = await desk.TakeAsync(queueId, draft, caller, IdempotencyKey.Of(http, body), cancellationToken);
        http.Response.SetEntityTag(ticket.Version);
        return TypedResults.Created($"/api/tickets/{ticket.Id}", ticket);
    }

    /// <summary>Staff may ask for anyone's tickets, others see their own only; newest first.</summary>
    private static async Task<Ok<Page<TicketView>>> ListAsync(
        Caller caller,
        PageRequest page,
        TicketQueries queries,
        CancellationToken cancellationToken,
        string? queueId = null,
        string? branchId = null,
        string? status = null,
        string? userId = null,
        string? from = null,
        string? to = null
    )
    {
        var errors = new FieldErrors();
        var wanted = TicketTransitions.Read(status);
        if (!string.IsNullOrEmpty(status) && wanted is null)
            errors.Add("status", "must be a ticket status");
        var (begin, end) = (errors.Time("from", from), errors.Time("to", to));
        errors.ThrowIfAny();
        if (!caller.IsOperator && userId is not null && userId != caller.UserId)
            return TypedResults.Ok(new Page<TicketView>([], null));
        return TypedResults.Ok(
            await queries.ListAsync(
                new TicketFilter(queueId, wanted, caller.IsOperator ? userId : caller.UserId, begin, end)
                {
                    BranchIds =
                        caller.IsOperator ? caller.BranchesOf(branchId)
                        : branchId is null ? null
                        : [branchId],
                },
                page,
                cancellationToken
            )
        );
    }

    /// <summary>Place and estimate are there while it waits.</summary>
    private static async Task<Ok<TicketView>> ReadAsync(
        string id,
        Caller caller,
        HttpContext http,
        TicketQueries queries,
        CancellationToken cancellationToken
    ) => Answer(http, await queries.ReadAsync(id, caller, cancellationToken));

    /// <summary>Operators move it; for its holder, <c>cancelled</c> alone is allowed. A move that its status does not allow answers
    /// 409.</summary>
    private static async Task<Ok<TicketView>> ChangeAsync(
        string id,
        ChangeTicketRequest body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var counter = errors.Optional("counter", body.Counter, MaxCounter);
        var reason = errors.Optional("reason", body.Reason, MaxReason);
        var status = TicketTransitions.Read(body.Status);
        if (status is null)
            errors.Add("status", "must be one of waiting, called, serving, served, parked, cancelled, no_show");
        if (status == TicketStatus.Called && counter is null)
            errors.Add("counter", "is required to call a ticket");
        errors.ThrowIfAny();
        var expected = http.Request.ExpectedVersions();
        if (status == TicketStatus.Cancelled)
            return Answer(http, await desk.CancelAsync(id, caller, expected, reason, cancellationToken));

        var key = IdempotencyKey.Of(http, body, id);
        return Answer(http, await desk.MoveAsync(id, status!.Value, counter, reason, caller, expected, key, cancellationToken));
    }

    /// <summary>What is absent stays, and an empty text or list clears. Staff correct all of it; its holder, name and contact. The number
    /// and the status stay; another priority moves it in the line.</summary>
    private static async Task<Ok<TicketView>> CorrectAsync(
        string id,
        CorrectTicketRequest body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var name = errors.Optional("customerName", body.CustomerName, MaxName);
        var phone = errors.Phone("phone", body.Phone, phones);
        var email = errors.Email("email", body.Email);
        var notes = errors.Optional("notes", body.Notes, MaxNotes);
        var labels = Labels(errors, body.Labels);
        var priority = errors.Range("priority", body.Priority, 0, 0, MaxPriority);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.CorrectAsync(
                id,
                byStaff: (body.Notes ?? body.Priority ?? (object?)body.Labels) is not null,
                known => new TicketDetails
                {
                    CustomerName = body.CustomerName is null ? known.CustomerName : name,
                    Phone = body.Phone is null ? known.Phone : phone,
                    Email = body.Email is null ? known.Email : email,
                    Notes = body.Notes is null ? known.Notes : notes,
                    Labels = body.Labels is null ? known.Labels : labels,
                    Priority = body.Priority is null ? known.Priority : priority,
                },
                caller,
                http.Request.ExpectedVersions(),
                IdempotencyKey.Of(http, body, id),
                cancellationToken
            )
        );
    }

    /// <summary>Answers the cancelled ticket; repeating it is harmless.</summary>
    private static async Task<Ok<TicketView>> CancelAsync(
        string id,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.CancelAsync(id, caller, http.Request.ExpectedVersions(), null, cancellationToken));

    /// <summary>From what to what, when, by whom, at which counter and why; oldest first.</summary>
    private static async Task<Ok<IReadOnlyList<TicketTransitionView>>> HistoryAsync(
        string id,
        Caller caller,
        TicketQueries queries,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await queries.HistoryAsync(id, caller, cancellationToken));

    /// <summary>Lets that many people go first without losing the ticket.</summary>
    private static async Task<Ok<TicketView>> DeferAsync(
        string id,
        DeferRequest body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        if (body.Places is null)
            errors.Add("places", "is required");
        var places = errors.Range("places", body.Places, 1, 1, MaxPlaces);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.DeferAsync(id, caller, http.Request.ExpectedVersions(), places, IdempotencyKey.Of(http, body, id), cancellationToken)
        );
    }

    /// <summary>At most as often as the queue's <c>maxRecalls</c> allows.</summary>
    private static async Task<Ok<TicketView>> RecallAsync(
        string id,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.RecallAsync(id, caller, http.Request.ExpectedVersions(), KeyOf(http, id), cancellationToken));

    /// <summary>Closes it here and answers the ticket that goes on with it there, at the place that the time it was taken earns. The
    /// same tracking token reads it.</summary>
    private static async Task<Ok<TicketView>> TransferAsync(
        string id,
        TransferRequest body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var queueId = errors.Required("queueId", body.QueueId, MaxId);
        int? priority = body.Priority is null ? null : errors.Range("priority", body.Priority, 0, 0, MaxPriority);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.TransferAsync(
                id,
                queueId,
                priority,
                caller,
                http.Request.ExpectedVersions(),
                IdempotencyKey.Of(http, body, id),
                cancellationToken
            )
        );
    }

    /// <summary>Behind the first <c>afterPosition</c> people, or the next two. A missed one only within the queue's
    /// <c>rejoinGrace</c>.</summary>
    private static async Task<Ok<TicketView>> RequeueAsync(
        string id,
        [FromBody] RequeueRequest? body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        int? after = body?.AfterPosition is null ? null : errors.Range("afterPosition", body.AfterPosition, 0, 0, MaxPlaces);
        var reason = errors.Optional("reason", body?.Reason, MaxReason);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.RequeueAsync(
                id,
                caller,
                http.Request.ExpectedVersions(),
                after,
                reason,
                IdempotencyKey.Of(http, body, id),
                cancellationToken
            )
        );
    }

    /// <summary>It is not called until it is brought back: papers are missing, say.</summary>
    private static async Task<Ok<TicketView>> ParkAsync(
        string id,
        [FromBody] ParkRequest? body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var reason = errors.Optional("reason", body?.Reason, MaxReason);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.ParkAsync(id, reason, caller, http.Request.ExpectedVersions(), IdempotencyKey.Of(http, body, id), cancellationToken)
        );
    }

    /// <summary>It waits again, with the time it has waited counted.</summary>
    private static async Task<Ok<TicketView>> UnparkAsync(
        string id,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.UnparkAsync(id, caller, http.Request.ExpectedVersions(), KeyOf(http, id), cancellationToken));

    /// <summary>Operators see whole tickets; others see number, status, place, estimate and counter. Several queues may be named, with
    /// commas between their ids: then it is the first of each line, at most <c>limit</c> of each, and a queue that is not there is left
    /// out.</summary>
    private static async Task<Results<Ok<Page<TicketView>>, Ok<Page<PublicTicketView>>>> LineAsync(
        string queueId,
        Caller caller,
        PageRequest page,
        TicketQueries queries,
        CancellationToken cancellationToken
    )
    {
        var rows = queueId.Contains(',', StringComparison.Ordinal)
            ? new Page<TicketView>(await queries.LinesAsync(Several(queueId, page), page.Limit, cancellationToken), null)
            : await queries.LineAsync(queueId, page, cancellationToken);
        return caller.IsOperator && rows.Items.All(t => caller.IsStaffOf(t.BranchId))
            ? TypedResults.Ok(rows)
            : TypedResults.Ok(rows.Map(PublicTicketView.Of));
    }

    /// <summary>204 where nobody waits, and 409 while the counter holds a ticket; with <c>complete</c>, that one is served
    /// first.</summary>
    private static async Task<Results<Ok<TicketView>, NoContent>> CallNextAsync(
        string queueId,
        CallNextRequest body,
        Caller caller,
        HttpContext http,
        CallDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var counter = errors.Required("counter", body.Counter, MaxCounter);
        errors.ThrowIfAny();
        return
            await desk.NextOfQueueAsync(queueId, counter, body.Complete == true, caller, IdempotencyKey.Of(http, body), cancellationToken)
                is { } ticket
            ? Answer(http, ticket)
            : TypedResults.NoContent();
    }

    /// <summary>They are told the reason. Who is at a counter is finished.</summary>
    private static async Task<Ok<ClearView>> ClearAsync(
        string queueId,
        ClearRequest body,
        Caller caller,
        HttpContext http,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var reason = errors.Required("reason", body.Reason, MaxReason);
        var sameNetworkAs = errors.Optional("sameNetworkAs", body.SameNetworkAs, MaxId);
        errors.ThrowIfAny();
        return TypedResults.Ok(
            await desk.ClearAsync(queueId, reason, sameNetworkAs, caller, IdempotencyKey.Of(http, body), cancellationToken)
        );
    }

    private static async Task<NoContent> CloseLineAsync(
        string queueId,
        long version,
        Caller caller,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.CloseLineAsync(queueId, version, caller, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>The wait to tell them, and the range that should hold four times in five; <c>null</c> while the queue is closed.</summary>
    private static async Task<Ok<EtaView>> EtaAsync(
        string queueId,
        TicketQueries queries,
        CancellationToken cancellationToken,
        int? partySize = null
    )
    {
        var errors = new FieldErrors();
        // A party is served as one; its size does not change the wait, but a wrong one is still a mistake.
        errors.Range("partySize", partySize, 1, 1, 100);
        errors.ThrowIfAny();
        return TypedResults.Ok(await queries.EstimateAsync(queueId, cancellationToken));
    }

    private static Ok<TicketView> Answer(HttpContext http, TicketView ticket)
    {
        http.Response.SetEntityTag(ticket.Version);
        return TypedResults.Ok(ticket);
    }

    // Of a request that has no body.
    private static IdempotencyKey? KeyOf(HttpContext http, string ticketId) => IdempotencyKey.Of<object?>(http, null, ticketId);

    private static IReadOnlyList<string> Several(string queueIds, PageRequest page)
    {
        var ids = IdList.Of("queueId", queueIds).Values;
        var errors = new FieldErrors();
        if (page.After is not null)
            errors.Add("cursor", "is for one queue at a time");
        errors.ThrowIfAny();
        return ids;
    }

    private static List<string> Labels(FieldErrors errors, IReadOnlyList<string?>? labels)
    {
        if (labels?.Count > MaxLabels)
        {
            errors.Add("labels", string.Create(CultureInfo.InvariantCulture, $"must be at most {MaxLabels}"));
            return [];
        }

        return
        [
            .. (labels ?? [])
                .Select((label, i) => errors.Required(string.Create(CultureInfo.InvariantCulture, $"labels[{i}]"), label, MaxLabel))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static TicketSource Source(FieldErrors errors, string? value, Caller caller)
    {
        switch (value)
        {
            case null:
                return caller.IsOperator ? TicketSource.Staff : TicketSource.Web;
            case "web":
                return TicketSource.Web;
            case "kiosk":
                return TicketSource.Kiosk;
            case "api":
                return TicketSource.Api;
            default:
                errors.Add("source", "must be web, kiosk or api; of what staff take, it is staff without saying so");
                return default;
        }
    }

    private static string? Language(FieldErrors errors, string? value)
    {
        value = errors.Optional("language", value, 35);
        if (value is not null && (value.Length < 2 || value.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-')))
            errors.Add("language", "must be a language tag such as en or de-AT");
        return value;
    }
}
