using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>HTTP in and out.</summary>
internal static class QueuesApi
{
    private const int MaxMessage = 500;
    private const string IsActive = "isActive";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var queues = routes
            .MapGroup("/api/queues")
            .WithTag("Queues", "What queues there are, how each is defined and how it stands.")
            .WithParameter("id", "The queue's id.")
            .WithParameter("active", "Only those that are switched on, or off.")
            .WithParameter("branchId", "Only those of this branch.");
        queues.MapGet("/", ListAsync).WithName("ListQueues").WithSummary("Queues and how they stand, oldest first");
        queues.MapGet("/{id}", ReadAsync).WithName("GetQueue").WithSummary("A queue and how it stands").GivesEntityTag();
        queues
            .MapPost("/", CreateAsync)
            .RequireAuthorization(Policies.Admin)
            .WithName("CreateQueue")
            .WithSummary("Define a queue")
            .TakesIdempotencyKey()
            .GivesEntityTag();
        queues
            .MapPut("/{id}", ReplaceAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("ReplaceQueue")
            .WithSummary("Define all of a queue; what is absent takes its default")
            .Accepts<QueueRequest>("application/json")
            .TakesIfMatch()
            .GivesEntityTag();
        queues
            .MapPatch("/{id}", PatchAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("PatchQueue")
            .WithSummary("Change some of a definition (JSON merge patch); operators may change isActive alone")
            .Accepts<QueueRequest>("application/json")
            .TakesIfMatch()
            .GivesEntityTag();
        queues
            .MapDelete("/{id}", DeleteAsync)
            .RequireAuthorization(Policies.Admin)
            .WithName("DeleteQueue")
            .WithSummary("Delete a queue that nobody is in")
            .TakesIfMatch()
            .ProducesProblem(StatusCodes.Status409Conflict);
        queues
            .MapPost("/{id}/announce", AnnounceAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("Announce")
            .WithSummary("Say something to everyone in a queue")
            .TakesIdempotencyKey();
        queues
            .MapDelete("/{id}/announce", ClearAnnouncementAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("ClearAnnouncement")
            .WithSummary("Take the announcement back");
    }

    /// <summary>With <c>ids</c>, just those and on one page; what is not there is left out.</summary>
    private static async Task<Ok<Page<QueueView>>> ListAsync(
        PageRequest page,
        IdList? ids,
        QueueDesk desk,
        CancellationToken cancellationToken,
        string? active = null,
        string? branchId = null
    )
    {
        if (ids is not null)
            return TypedResults.Ok(await desk.ReadAsync(ids.Values, cancellationToken));
        bool? wanted = null;
        if (!string.IsNullOrEmpty(active))
        {
            if (bool.TryParse(active, out var value))
            {
                wanted = value;
            }
            else
            {
                var errors = new FieldErrors();
                errors.Add("active", "must be true or false");
                errors.ThrowIfAny();
            }
        }

        return TypedResults.Ok(await desk.ListAsync(wanted, string.IsNullOrEmpty(branchId) ? null : branchId, page, cancellationToken));
    }

    /// <summary>Its definition, its live status and the announcement that holds.</summary>
    private static async Task<Ok<QueueView>> ReadAsync(
        string id,
        HttpResponse response,
        QueueDesk desk,
        CancellationToken cancellationToken
    ) => Answer(response, await desk.ReadAsync(id, cancellationToken));

    /// <summary>What is absent takes its default: the branch <c>main</c>, and that branch's time zone, hours and closures.</summary>
    private static async Task<Created<QueueView>> CreateAsync(
        QueueRequest body,
        Caller caller,
        HttpContext http,
        QueueDesk desk,
        CancellationToken cancellationToken
    )
    {
        var queue = await desk.CreateAsync(body, caller, IdempotencyKey.Of(http, body), cancellationToken);
        http.Response.SetEntityTag(queue.Version);
        return TypedResults.Created($"/api/queues/{queue.Id}", queue);
    }

    /// <summary>
    /// Operators may send isActive alone, which changes just that. Members of an answer that tell how the queue stands are ignored, so that
    /// what was read may be changed and sent back; of what the queue has from its branch, that which says the same stays the branch's.
    /// </summary>
    private static async Task<Ok<QueueView>> ReplaceAsync(
        string id,
        JsonElement body,
        Caller caller,
        HttpContext http,
        QueueDesk desk,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken
    )
    {
        // The rest of a definition is not an operator's to replace, so leaving it out cannot mean its defaults.
        if (!caller.IsAdmin)
            return await PatchAsync(id, body, caller, http, desk, json, cancellationToken);
        await desk.RequireStaffAsync(id, caller, cancellationToken);
        var definition = MergePatch.Whole<QueueRequest, QueueView>(body, json.Value.SerializerOptions);
        return Answer(
            http.Response,
            await desk.DefineAsync(id, http.Request.ExpectedVersions(), definition.KeepingInherited, cancellationToken)
        );
    }

    /// <summary>A member that is <c>null</c> goes back to its default, which for time zone, hours and closures is what the branch
    /// has.</summary>
    private static async Task<Ok<QueueView>> PatchAsync(
        string id,
        JsonElement body,
        Caller caller,
        HttpContext http,
        QueueDesk desk,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken
    )
    {
        await desk.RequireStaffAsync(id, caller, cancellationToken);
        MergePatch.RequireObject(body);
        if (!caller.IsAdmin && body.EnumerateObject().Any(m => m.Name != IsActive))
            throw new RefusedException(ErrorCodes.Forbidden, "Operators may change isActive alone; admins change the rest.");
        return Answer(
            http.Response,
            await desk.DefineAsync(
                id,
                http.Request.ExpectedVersions(),
                queue => MergePatch.Merge(QueueRequest.Of(queue), body, json.Value.SerializerOptions),
                cancellationToken
            )
        );
    }

    /// <summary>Refused while there are active tickets in it.</summary>
    private static async Task<NoContent> DeleteAsync(
        string id,
        Caller caller,
        HttpRequest request,
        QueueDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.RequireStaffAsync(id, caller, cancellationToken);
        await desk.DeleteAsync(id, request.ExpectedVersions(), request.Headers.Authorization, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>It goes to everyone in the queue and to the displays, and newcomers see it, until it is replaced or taken
    /// back.</summary>
    private static async Task<Accepted<Announcement>> AnnounceAsync(
        string id,
        AnnounceRequest body,
        Caller caller,
        HttpContext http,
        QueueDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.RequireStaffAsync(id, caller, cancellationToken);
        var errors = new FieldErrors();
        var message = errors.Required("message", body.Message, MaxMessage);
        errors.ThrowIfAny();
        return TypedResults.Accepted(
            (string?)null,
            await desk.AnnounceAsync(id, message, IdempotencyKey.Of(http, body), cancellationToken)
        );
    }

    /// <summary>Harmless where there is none.</summary>
    private static async Task<NoContent> ClearAnnouncementAsync(
        string id,
        Caller caller,
        QueueDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.RequireStaffAsync(id, caller, cancellationToken);
        await desk.ClearAnnouncementAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Ok<QueueView> Answer(HttpResponse response, QueueView queue)
    {
        response.SetEntityTag(queue.Version);
        return TypedResults.Ok(queue);
    }
}
