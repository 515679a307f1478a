using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartQueue.Contracts;
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

    // What a client read it may put back: these members of an answer tell how the queue stands, and define nothing.
    private static readonly IReadOnlyList<string> Standing = [.. MembersOf<QueueView>().Except(MembersOf<QueueRequest>())];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var queues = routes
            .MapGroup("/api/queues")
            .WithTag("Queues", "What queues there are, how each is defined and how it stands.")
            .WithParameter("id", "The queue's id.")
            .WithParameter("active", "Only those that are switched on, or off.");
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
        string? active = null
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

        return TypedResults.Ok(await desk.ListAsync(wanted, page, cancellationToken));
    }

    /// <summary>Its definition, its live status and the announcement that holds.</summary>
    private static async Task<Ok<QueueView>> ReadAsync(
        string id,
        HttpResponse response,
        QueueDesk desk,
        CancellationToken cancellationToken
    ) => Answer(response, await desk.ReadAsync(id, cancellationToken));

    /// <summary>What is absent takes its default.</summary>
    private static async Task<Created<QueueView>> CreateAsync(
        QueueRequest body,
        HttpContext http,
        QueueDesk desk,
        QueuesOptions options,
        CancellationToken cancellationToken
    )
    {
        var queue = await desk.CreateAsync(body.Validate(options.DefaultTimeZone), IdempotencyKey.Of(http, body), cancellationToken);
        http.Response.SetEntityTag(queue.Version);
        return TypedResults.Created($"/api/queues/{queue.Id}", queue);
    }

    /// <summary>
    /// Operators may send isActive alone, which changes just that. Members of an answer that tell how the queue stands are ignored, so that
    /// what was read may be changed and sent back.
    /// </summary>
    private static async Task<Ok<QueueView>> ReplaceAsync(
        string id,
        JsonElement body,
        Caller caller,
        HttpContext http,
        QueueDesk desk,
        QueuesOptions options,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken
    )
    {
        // The rest of a definition is not an operator's to replace, so leaving it out cannot mean its defaults.
        if (!caller.IsAdmin)
            return await PatchAsync(id, body, caller, http, desk, options, json, cancellationToken);
        RequireObject(body);
        var definition = JsonObject.Create(body)!;
        foreach (var member in Standing)
            definition.Remove(member);
        var settings = Read(definition, json.Value.SerializerOptions).Validate(options.DefaultTimeZone);
        return Answer(http.Response, await desk.DefineAsync(id, http.Request.ExpectedVersions(), _ => settings, cancellationToken));
    }

    /// <summary>A member that is <c>null</c> goes back to its default.</summary>
    private static async Task<Ok<QueueView>> PatchAsync(
        string id,
        JsonElement body,
        Caller caller,
        HttpContext http,
        QueueDesk desk,
        QueuesOptions options,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken
    )
    {
        RequireObject(body);
        if (!caller.IsAdmin && body.EnumerateObject().Any(m => m.Name != IsActive))
            throw new RefusedException(ErrorCodes.Forbidden, "Operators may change isActive alone; admins change the rest.");
        return Answer(
            http.Response,
            await desk.DefineAsync(
                id,
                http.Request.ExpectedVersions(),
                queue => Merge(queue, body, json.Value.SerializerOptions).Validate(options.DefaultTimeZone),
                cancellationToken
            )
        );
    }

    /// <summary>Refused while there are active tickets in it.</summary>
    private static async Task<NoContent> DeleteAsync(string id, HttpRequest request, QueueDesk desk, CancellationToken cancellationToken)
    {
        await desk.DeleteAsync(id, request.ExpectedVersions(), request.Headers.Authorization, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>It goes to everyone in the queue and to the displays, and newcomers see it, until it is replaced or taken
    /// back.</summary>
    private static async Task<Accepted<Announcement>> AnnounceAsync(
        string id,
        AnnounceRequest body,
        HttpContext http,
        QueueDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var message = errors.Required("message", body.Message, MaxMessage);
        errors.ThrowIfAny();
        return TypedResults.Accepted(
            (string?)null,
            await desk.AnnounceAsync(id, message, IdempotencyKey.Of(http, body), cancellationToken)
        );
    }

    /// <summary>Harmless where there is none.</summary>
    private static async Task<NoContent> ClearAnnouncementAsync(string id, QueueDesk desk, CancellationToken cancellationToken)
    {
        await desk.ClearAnnouncementAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static QueueRequest Merge(QueueDefinition definition, JsonElement patch, JsonSerializerOptions options)
    {
        var target = JsonSerializer.SerializeToNode(QueueRequest.Of(definition), options)!.AsObject();
        MergePatch.Apply(target, patch);
        return Read(target, options);
    }

    private static QueueRequest Read(JsonObject definition, JsonSerializerOptions options)
    {
        QueueRequest? read = null;
        Reading(() => read = definition.Deserialize<QueueRequest>(options));
        return read!;
    }

    private static void RequireObject(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            var errors = new FieldErrors();
            errors.Add("body", "must be a JSON object");
            errors.ThrowIfAny();
        }

        Reading(() => MergePatch.RequireText(body));
    }

    private static IEnumerable<string> MembersOf<T>() =>
        typeof(T).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    // As if the framework had read the body so: the field and the rule are told the same way.
    private static void Reading(Action read)
    {
        try
        {
            read();
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The patch cannot be read.", StatusCodes.Status400BadRequest, e);
        }
    }

    private static Ok<QueueView> Answer(HttpResponse response, QueueView queue)
    {
        response.SetEntityTag(queue.Version);
        return TypedResults.Ok(queue);
    }
}
