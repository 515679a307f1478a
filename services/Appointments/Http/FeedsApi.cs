using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Calendars;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Appointments.Http;

/// <summary>HTTP in and out of the calendars that staff follow.</summary>
internal static class FeedsApi
{
    /// <summary>Where they are.</summary>
    public const string Path = "/api/appointments/feeds";

    private const int MaxId = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var feeds = routes.MapGroup(Path).WithTags(AppointmentsApi.Tag);
        feeds
            .MapPost("/", MakeAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("MakeAppointmentFeed")
            .WithSummary("Make a link by which calendars follow appointments")
            .TakesIdempotencyKey()
            .ProducesProblem(StatusCodes.Status404NotFound);
        feeds
            .MapGet("/", ListAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("ListAppointmentFeeds")
            .WithSummary("The links by which calendars follow appointments")
            .WithParameter("branchId", "Only those of this branch.");
        feeds
            .MapDelete("/{id}", RevokeAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("RevokeAppointmentFeed")
            .WithSummary("Revoke such a link")
            .WithParameter("id", "The link's id.");
        feeds
            .MapGet("/{secret}.ics", ReadAsync)
            .WithName("ReadAppointmentFeed")
            .WithSummary("The appointments of a branch or queue, for a calendar that follows them")
            .WithParameter("secret", "The secret of the link.")
            .GivesEntityTag()
            .Produces<string>(StatusCodes.Status200OK, "text/calendar")
            .Produces(StatusCodes.Status304NotModified);
    }

    /// <summary>Of the branch, or of one queue of it. Its <c>link</c> is shown once: anyone who has it reads the calendar.</summary>
    private static async Task<Created<FeedView>> MakeAsync(
        FeedRequest body,
        Caller caller,
        HttpContext http,
        FeedDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var branchId = errors.Required("branchId", body.BranchId, MaxId);
        var queueId = errors.Optional("queueId", body.QueueId, MaxId);
        errors.ThrowIfAny();
        return TypedResults.Created(
            (string?)null,
            await desk.MakeAsync(branchId, queueId, caller, IdempotencyKey.Of(http, body), cancellationToken)
        );
    }

    /// <summary>Without their secrets; with the last day, UTC, on which a calendar read each.</summary>
    private static async Task<Ok<Page<FeedView>>> ListAsync(
        Caller caller,
        PageRequest page,
        FeedDesk desk,
        CancellationToken cancellationToken,
        string? branchId = null
    ) => TypedResults.Ok(await desk.ListAsync(branchId, caller, page, cancellationToken));

    /// <summary>It opens nothing from then on.</summary>
    private static async Task<NoContent> RevokeAsync(string id, Caller caller, FeedDesk desk, CancellationToken cancellationToken)
    {
        await desk.RevokeAsync(id, caller, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Those of the last 7 days and the next 90 that were not cancelled, 5,000 at most, each the same event as in its own file.
    /// No person is in it. For anyone who has the link; 404 once it was revoked.</summary>
    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> ReadAsync(
        string secret,
        HttpContext http,
        FeedDesk desk,
        AppointmentsOptions options,
        CancellationToken cancellationToken
    )
    {
        var content = await desk.ReadAsync(secret, cancellationToken);
        http.Response.Headers.CacheControl = "private, no-cache";
        return http.HasAlready(content.Tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Text(
                AppointmentCalendar.WriteAll(content.Appointments, options.Organizer, content.Name),
                AppointmentCalendar.FeedContentType
            );
    }
}
