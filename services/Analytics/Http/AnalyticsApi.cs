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
            .MapGet("/visits", VisitsAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("GetVisits")
            .WithSummary("The tickets that joined in a range of time, as CSV")
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
    /// <param name="firstDay">Instead of <c>from</c> and <c>to</c>: the first day on the queue's clock, such as 2026-03-29.</param>
    /// <param name="lastDay">The last day, inclusive; by default the first one.</param>
    /// <param name="bucket"><c>quarter</c> (of an hour, over 32 days at most), <c>hour</c> (default) or <c>day</c>.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<QueueFigures>> QueueAsync(
        string id,
        string? from,
        string? to,
        string? firstDay,
        string? lastDay,
        string? bucket,
        Caller caller,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var asked = AskedRange.Read(from, to, firstDay, lastDay, errors);
        var size = Size(bucket, BucketSize.Hour, errors);
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.QueueAsync(id, caller.BranchIds, asked, size, cancellationToken));
    }

    /// <summary>Figures of all queues. Hours and days of the total are those of the clock that most of the queues have.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="firstDay">Instead of <c>from</c> and <c>to</c>: the first day, such as 2026-03-29.</param>
    /// <param name="lastDay">The last day, inclusive; by default the first one.</param>
    /// <param name="queueId">Only this queue.</param>
    /// <param name="branchId">Only queues of this branch.</param>
    /// <param name="bucket"><c>quarter</c> (of an hour, over 32 days at most), <c>hour</c> or <c>day</c> (default).</param>
    /// <param name="only"><c>total</c>: without the queues one by one.</param>
    /// <param name="format"><c>json</c> (default) or <c>csv</c>, a line a queue.</param>
    /// <param name="locale">Of the spreadsheet that is to open the CSV, such as <c>de</c>: its separators, and times on the clock of the place.
    /// By default that of <c>Accept-Language</c>; without any, commas, decimal points and RFC 3339.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="http">The request.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Results<Ok<ReportFigures>, PushStreamHttpResult>> ReportAsync(
        string? from,
        string? to,
        string? firstDay,
        string? lastDay,
        string? queueId,
        string? branchId,
        string? bucket,
        string? only,
        string? format,
        string? locale,
        Caller caller,
        HttpContext http,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var asked = AskedRange.Read(from, to, firstDay, lastDay, errors);
        var size = Size(bucket, BucketSize.Day, errors);
        if (only is not (null or "" or "total"))
            errors.Add("only", "must be total");
        if (format is not (null or "" or "json" or "csv"))
            errors.Add("format", "must be json or csv");
        var culture = Sheet.CultureOf(locale, http.Request, errors);
        errors.ThrowIfAny();
        var report = await desk.ReportAsync(
            Given(queueId),
            caller.BranchesOf(Given(branchId)),
            asked,
            size,
            only == "total",
            cancellationToken
        );
        return format == "csv"
            ? Sheet.Answer(http, "report", new WallClock(report.Total.TimeZone).LocalDate(report.From), stream =>
                ReportCsv.WriteAsync(report, culture, stream)
            )
            : TypedResults.Ok(report);
    }

    /// <summary>A line a ticket, in the order they joined, without anything about persons.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="firstDay">Instead of <c>from</c> and <c>to</c>: the first day, such as 2026-03-29.</param>
    /// <param name="lastDay">The last day, inclusive; by default the first one.</param>
    /// <param name="queueId">Only of this queue.</param>
    /// <param name="branchId">Only of queues of this branch.</param>
    /// <param name="locale">As for the report.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="http">The request.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<PushStreamHttpResult> VisitsAsync(
        string? from,
        string? to,
        string? firstDay,
        string? lastDay,
        string? queueId,
        string? branchId,
        string? locale,
        Caller caller,
        HttpContext http,
        AnalyticsDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var asked = AskedRange.Read(from, to, firstDay, lastDay, errors);
        var culture = Sheet.CultureOf(locale, http.Request, errors);
        errors.ThrowIfAny();
        var (range, clock, visits) = await desk.VisitsAsync(Given(queueId), caller.BranchesOf(Given(branchId)), asked, cancellationToken);
        return Sheet.Answer(http, "visits", clock.LocalDate(range.From), stream => VisitsCsv.WriteAsync(visits, culture, stream));
    }

    /// <summary>How long each counter was open, busy, idle and on a break, and what it served.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="firstDay">Instead of <c>from</c> and <c>to</c>: the first day, such as 2026-03-29.</param>
    /// <param name="lastDay">The last day, inclusive; by default the first one.</param>
    /// <param name="branchId">Only counters of this branch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<CounterReport>> CountersAsync(
        string? from,
        string? to,
        string? firstDay,
        string? lastDay,
        string? branchId,
        Caller caller,
        WorkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var asked = AskedRange.Read(from, to, firstDay, lastDay, errors);
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.CountersAsync(caller.BranchesOf(Given(branchId)), asked, cancellationToken));
    }

    /// <summary>How long each operator was at open counters, busy, idle and on a break, and what they served.</summary>
    /// <param name="from">Begin, RFC 3339; by default that of the present day.</param>
    /// <param name="to">End, exclusive; by default that of the present day. At most 400 days after the begin.</param>
    /// <param name="firstDay">Instead of <c>from</c> and <c>to</c>: the first day, such as 2026-03-29.</param>
    /// <param name="lastDay">The last day, inclusive; by default the first one.</param>
    /// <param name="branchId">Only at counters of this branch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<StaffReport>> StaffAsync(
        string? from,
        string? to,
        string? firstDay,
        string? lastDay,
        string? branchId,
        Caller caller,
        WorkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var asked = AskedRange.Read(from, to, firstDay, lastDay, errors);
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.StaffAsync(caller.BranchesOf(Given(branchId)), asked, cancellationToken));
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

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static BucketSize Size(string? bucket, BucketSize usual, FieldErrors errors)
    {
        switch (bucket)
        {
            case null or "":
                return usual;
            case "quarter":
                return BucketSize.Quarter;
            case "hour":
                return BucketSize.Hour;
            case "day":
                return BucketSize.Day;
            default:
                errors.Add("bucket", "must be quarter, hour or day");
                return usual;
        }
    }
}
