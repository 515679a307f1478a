using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Operations;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Analytics.Http;

/// <summary>HTTP in and out.</summary>
internal static class AnalyticsApi
{
    private const string CsvType = "text/csv";

    /// <summary>Maps <c>/api/analytics</c>, for signed-in callers and, where an endpoint says so, staff only.</summary>
    public static void MapAnalytics(this IEndpointRouteBuilder routes)
    {
        var group = routes
            .MapGroup("/api/analytics")
            .WithTag("Analytics", "How queues, people and the system did.")
            .RequireAuthorization(Policies.SignedIn);
        group
            .MapGet("/queue/{id}", QueueAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("GetQueueAnalytics")
            .WithSummary("How a queue did in a range of time");
        group
            .MapGet("/report", ReportAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("GetReport")
            .WithSummary("How all queues did in a range of time, as JSON or CSV")
            .Produces<ReportFigures>()
            .Produces<string>(StatusCodes.Status200OK, CsvType);
        group
            .MapGet("/counters", CountersAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("GetCounterStatistics")
            .WithSummary("What counters did in a range of time");
        group
            .MapGet("/staff", StaffAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("GetStaffStatistics")
            .WithSummary("What the people at counters did in a range of time");
        group
            .MapGet("/system", SystemAsync)
            .RequireAuthorization(Policies.Admin)
            .WithName("GetSystemAnalytics")
            .WithSummary("How the services do: events, lag, outboxes and errors");
        group
            .MapGet("/user/{id}", UserAsync)
            .WithName("GetUserAnalytics")
            .WithSummary("The tickets of an account, and their totals")
            .WithParameter("id", "The account's id.");
        group
            .MapGet("/events", TrackedAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("GetTrackedEvents")
            .WithSummary("What people's clients reported, newest first");
        group.MapPost("/track", TrackAsync).WithName("TrackEvent").WithSummary("Reports something a person did").TakesIdempotencyKey();
    }

    /// <summary>Figures of a queue.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="from">Begin, RFC 3339; by default that of the queue's present local day.</param>
    /// <param name="to">End, exclusive; by default that of the queue's present local day. At most 400 days after the begin.</param>
    /// <param name="bucket"><c>hour</c> (default) or <c>day</c>.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<QueueFigures>> QueueAsync(
        string id,
        string? from,
        string? to,
        string? bucket,
        Caller caller,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var (begin, end, size) = Range(from, to, bucket, BucketSize.Hour, errors);
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.QueueAsync(id, caller.BranchIds, begin, end, size, cancellationToken));
    }

    /// <summary>Figures of all queues.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day of <c>DEFAULT_TIME_ZONE</c>.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="queueId">Only this queue.</param>
    /// <param name="branchId">Only queues of this branch.</param>
    /// <param name="bucket"><c>hour</c> or <c>day</c> (default).</param>
    /// <param name="format"><c>json</c> (default) or <c>csv</c>, a line a queue.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Results<Ok<ReportFigures>, FileContentHttpResult>> ReportAsync(
        string? from,
        string? to,
        string? queueId,
        string? branchId,
        string? bucket,
        string? format,
        Caller caller,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var (begin, end, size) = Range(from, to, bucket, BucketSize.Day, errors);
        if (format is not (null or "" or "json" or "csv"))
            errors.Add("format", "must be json or csv");
        errors.ThrowIfAny();
        var report = await desk.ReportAsync(Given(queueId), caller.BranchesOf(Given(branchId)), begin, end, size, cancellationToken);
        return format == "csv"
            ? TypedResults.File(
                ReportCsv.Of(report),
                CsvType + "; charset=utf-8",
                string.Create(CultureInfo.InvariantCulture, $"report-{report.From:yyyy-MM-dd}.csv")
            )
            : TypedResults.Ok(report);
    }

    /// <summary>How long each counter was open, busy, idle and on a break, and what it served.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day of <c>DEFAULT_TIME_ZONE</c>.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="branchId">Only counters of this branch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<CounterReport>> CountersAsync(
        string? from,
        string? to,
        string? branchId,
        Caller caller,
        WorkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var (begin, end) = Range(from, to);
        return TypedResults.Ok(await desk.CountersAsync(caller.BranchesOf(Given(branchId)), begin, end, cancellationToken));
    }

    /// <summary>How long each operator was at open counters, busy, idle and on a break, and what they served.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day of <c>DEFAULT_TIME_ZONE</c>.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="branchId">Only at counters of this branch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<StaffReport>> StaffAsync(
        string? from,
        string? to,
        string? branchId,
        Caller caller,
        WorkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var (begin, end) = Range(from, to);
        return TypedResults.Ok(await desk.StaffAsync(caller.BranchesOf(Given(branchId)), begin, end, cancellationToken));
    }

    /// <summary>By the metrics of each, which are asked for now and then.</summary>
    private static async Task<Ok<SystemFigures>> SystemAsync(SystemWatch watch, CancellationToken cancellationToken) =>
        TypedResults.Ok(await watch.FiguresAsync(cancellationToken));

    /// <summary>For the account itself and operators. Newest first.</summary>
    private static async Task<Ok<UserHistory>> UserAsync(
        string id,
        PageRequest page,
        Caller caller,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    ) =>
        caller.IsOperator || caller.UserId == id
            ? TypedResults.Ok(await desk.UserAsync(id, caller.UserId == id ? null : caller.BranchIds, page, cancellationToken))
            : throw new RefusedException(ErrorCodes.UserNotFound, "There is no such account.");

    /// <summary>Kept for operators to read; it changes no figure of a queue.</summary>
    private static async Task<Accepted<TrackAnswer>> TrackAsync(
        TrackRequest request,
        Caller caller,
        HttpContext context,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    )
    {
        var key = IdempotencyKey.Of(context, request);
        return TypedResults.Accepted((string?)null, await desk.TrackAsync(request, caller.UserId!, key, cancellationToken));
    }

    /// <summary>What clients reported by <c>track</c>, latest taken in first.</summary>
    /// <param name="page">The page.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="eventType">Only what happened thus.</param>
    /// <param name="queueId">Only about this queue.</param>
    /// <param name="userId">Only of this account.</param>
    /// <param name="from">Only taken in at this time or later, RFC 3339.</param>
    /// <param name="to">Only taken in before this time.</param>
    private static async Task<Ok<Page<TrackedEventView>>> TrackedAsync(
        PageRequest page,
        Caller caller,
        AnalyticsDesk desk,
        CancellationToken cancellationToken,
        string? eventType = null,
        string? queueId = null,
        string? userId = null,
        string? from = null,
        string? to = null
    )
    {
        var errors = new FieldErrors();
        if (page.After is { } after && !Guid.TryParseExact(after, "D", out _))
            errors.Add("cursor", "must be a cursor from an earlier answer");
        var filter = new TrackedFilter(
            Given(eventType),
            Given(queueId),
            Given(userId),
            errors.Time("from", from),
            errors.Time("to", to),
            caller.BranchIds
        );
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.TrackedAsync(filter, page, cancellationToken));
    }

    private static (DateTimeOffset? From, DateTimeOffset? To) Range(string? from, string? to)
    {
        var errors = new FieldErrors();
        var range = (errors.Time("from", from), errors.Time("to", to));
        errors.ThrowIfAny();
        return range;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static (DateTimeOffset? From, DateTimeOffset? To, BucketSize Size) Range(
        string? from,
        string? to,
        string? bucket,
        BucketSize usual,
        FieldErrors errors
    )
    {
        if (bucket is not (null or "" or "hour" or "day"))
            errors.Add("bucket", "must be hour or day");
        var size = bucket switch
        {
            "hour" => BucketSize.Hour,
            "day" => BucketSize.Day,
            _ => usual,
        };
        return (errors.Time("from", from), errors.Time("to", to), size);
    }
}
