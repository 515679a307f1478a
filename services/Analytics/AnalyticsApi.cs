using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics;

/// <summary>HTTP in and out.</summary>
internal static class AnalyticsApi
{
    /// <summary>Maps <c>/api/analytics</c>.</summary>
    public static void MapAnalytics(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/analytics").WithTags("Analytics").RequireAuthorization(Policies.SignedIn);
        group.MapGet("/queue/{id}", QueueAsync).RequireAuthorization(Policies.Operator)
            .WithName("GetQueueAnalytics").WithSummary("How a queue did in a range of time");
        group.MapGet("/user/{id}", UserAsync)
            .WithName("GetUserAnalytics").WithSummary("The tickets of an account, and their totals");
        group.MapPost("/track", TrackAsync)
            .WithName("TrackEvent").WithSummary("Reports something a person did");
    }

    /// <summary>Figures of a queue.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="from">Begin, RFC 3339; by default that of the queue's present local day.</param>
    /// <param name="to">End, exclusive; by default that of the queue's present local day. At most 400 days after the begin.</param>
    /// <param name="bucket"><c>hour</c> (default) or <c>day</c>.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<QueueFigures>> QueueAsync(
        string id, string? from, string? to, string? bucket, AnalyticsDesk desk, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var begin = TimeRange.Read("from", from, errors);
        var end = TimeRange.Read("to", to, errors);
        if (bucket is not (null or "" or "hour" or "day")) errors.Add("bucket", "must be hour or day");
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.QueueAsync(id, begin, end, bucket == "day" ? BucketSize.Day : BucketSize.Hour, cancellationToken));
    }

    private static async Task<Ok<UserHistory>> UserAsync(string id, PageRequest page, Caller caller, AnalyticsDesk desk, CancellationToken cancellationToken) =>
        caller.IsOperator || caller.UserId == id
            ? TypedResults.Ok(await desk.UserAsync(id, page, cancellationToken))
            : throw new RefusedException(ErrorCodes.UserNotFound, "There is no such account.");

    private static async Task<Accepted<TrackAnswer>> TrackAsync(
        TrackRequest request, Caller caller, HttpContext context, AnalyticsDesk desk, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(context, request);
        return TypedResults.Accepted((string?)null, await desk.TrackAsync(request, caller.UserId!, key, cancellationToken));
    }
}
