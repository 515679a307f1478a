using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Push;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Http;

/// <summary>HTTP in and out.</summary>
internal static class NotificationsApi
{
    private const int MaxIdLength = 64;

    /// <summary>Maps <c>/api/notifications</c>, for signed-in callers unless an endpoint says otherwise.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var group = routes
            .MapGroup("/api/notifications")
            .WithTag("Notifications", "What people are told, and how they want to be told.")
            .WithParameter("id", "The notification's id.")
            .RequireAuthorization(Policies.SignedIn);
        group.MapGet("", ListAsync).WithName("ListNotifications").WithSummary("Notifications, newest first");
        group
            .MapPost("/email", EmailAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("SendEmail")
            .WithSummary("Sends an email")
            .TakesIdempotencyKey();
        group
            .MapPost("/sms", SmsAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("SendSms")
            .WithSummary("Sends a text message")
            .TakesIdempotencyKey();
        group
            .MapPost("/push", PushAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("SendPush")
            .WithSummary("Sends a push message")
            .TakesIdempotencyKey();
        group
            .MapPost("/{id}/retry", RetryAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("RetryNotification")
            .WithSummary("Sends one that failed again")
            .TakesIdempotencyKey();
        group
            .MapGet("/push/key", PushKey)
            .AllowAnonymous()
            .WithName("GetPushKey")
            .WithSummary("The key browsers subscribe with")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/push/subscriptions", SubscribeAsync)
            .AllowAnonymous()
            .WithName("SubscribeToPush")
            .WithSummary("Sends push messages to a browser: for the caller's account, or for a ticket they hold")
            .TakesTrackingToken()
            .TakesIdempotencyKey()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/push/subscriptions", UnsubscribeAsync)
            .AllowAnonymous()
            .WithName("UnsubscribeFromPush")
            .WithSummary("Sends no more push messages to a browser")
            .TakesTrackingToken()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/preferences", PreferencesAsync)
            .WithName("GetNotificationPreferences")
            .WithSummary("How the caller wants to be told");
        group
            .MapPut("/preferences", SetPreferencesAsync)
            .WithName("SetNotificationPreferences")
            .WithSummary("Replaces how the caller wants to be told");
    }

    /// <summary>Lists notifications: people see their own, staff see all, those of guests too; staff bound to branches see
    /// those of their branches and their own.</summary>
    /// <param name="userId">Whose; for people who are not staff, only themselves.</param>
    /// <param name="type"><c>email</c>, <c>sms</c>, <c>push</c> or <c>inapp</c>.</param>
    /// <param name="status"><c>pending</c>, <c>sent</c>, <c>failed</c> or <c>suppressed</c>.</param>
    /// <param name="branchId">Only those that come of this branch.</param>
    /// <param name="page">The page.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="store">What is kept.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static async Task<Ok<Page<NotificationView>>> ListAsync(
        string? userId,
        string? type,
        string? status,
        string? branchId,
        PageRequest page,
        Caller caller,
        INotificationStore store,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var filter = new NotificationFilter(
            errors.Optional("userId", userId, MaxIdLength),
            OneOf("type", type, Channels.All, errors),
            OneOf("status", status, DeliveryStatus.All, errors)
        )
        {
            BranchId = errors.Optional("branchId", branchId, MaxIdLength),
            Reader = ReaderOf(caller),
        };
        if (page.After is { } after && !Guid.TryParseExact(after, "D", out _))
            errors.Add("cursor", "must be a cursor from an earlier answer");
        errors.ThrowIfAny();
        if (!caller.IsOperator)
        {
            if (filter.UserId is not null && filter.UserId != caller.UserId)
                throw new RefusedException(ErrorCodes.UserNotFound, "There is no such account.");
            filter = filter with { UserId = caller.UserId };
        }

        var found = await store.ListAsync(filter, page.After, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(Page<Notification>.Of(found, page, n => n.Id).Map(NotificationView.Of));
    }

    /// <summary>To an account or an address. It is taken on at once and sent soon after; <c>status</c> tells what became of
    /// it.</summary>
    private static Task<Accepted<NotificationView>> EmailAsync(
        MessageBody body,
        Caller caller,
        HttpContext http,
        NotificationDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    ) => SendAsync(Channels.Email, body, caller, http, desk, phones, cancellationToken);

    /// <summary>To an account or a phone number. It is taken on at once and sent soon after; <c>status</c> tells what became of
    /// it.</summary>
    private static Task<Accepted<NotificationView>> SmsAsync(
        MessageBody body,
        Caller caller,
        HttpContext http,
        NotificationDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    ) => SendAsync(Channels.Sms, body, caller, http, desk, phones, cancellationToken);

    /// <summary>To an account, on each browser that subscribed. It is taken on at once and sent soon after; <c>status</c> tells what
    /// became of it.</summary>
    private static Task<Accepted<NotificationView>> PushAsync(
        MessageBody body,
        Caller caller,
        HttpContext http,
        NotificationDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    ) => SendAsync(Channels.Push, body, caller, http, desk, phones, cancellationToken);

    private static async Task<Accepted<NotificationView>> SendAsync(
        string channel,
        MessageBody body,
        Caller caller,
        HttpContext http,
        NotificationDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Accepted(
            (string?)null,
            await desk.SendAsync(
                body.Read(channel, phones) with
                {
                    BranchId = caller.BranchIds is { Count: 1 } one ? one.Single() : null,
                },
                IdempotencyKey.Of(http, body),
                cancellationToken
            )
        );

    /// <summary>Taken on at once and sent soon after.</summary>
    private static async Task<Accepted<NotificationView>> RetryAsync(
        string id,
        Caller caller,
        HttpContext http,
        NotificationDesk desk,
        CancellationToken cancellationToken
    ) => TypedResults.Accepted((string?)null, await desk.RetryAsync(id, ReaderOf(caller), IdempotencyKey.Of(http, id), cancellationToken));

    /// <summary>The public key of Web Push (VAPID). 404 where it is not set up.</summary>
    private static Ok<PushKey> PushKey(PushDesk desk) => TypedResults.Ok(desk.Key());

    /// <summary>With <c>ticketId</c> for that ticket, by its tracking token; else for the account that is signed in.</summary>
    private static async Task<NoContent> SubscribeAsync(
        SubscriptionBody body,
        Caller caller,
        HttpContext http,
        PushDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.SubscribeAsync(body, caller, IdempotencyKey.Of(http, body, body.ReadTicketId()), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Harmless where the browser is not subscribed.</summary>
    private static async Task<NoContent> UnsubscribeAsync(
        [FromBody] SubscriptionBody body,
        Caller caller,
        PushDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.UnsubscribeAsync(body, caller, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Everything is on until it is switched off.</summary>
    private static async Task<Ok<PreferencesBody>> PreferencesAsync(
        Caller caller,
        NotificationDesk desk,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(PreferencesBody.Of(await desk.PreferencesAsync(caller.UserId!, cancellationToken)));

    /// <summary>What is left out is on, and no language.</summary>
    private static async Task<Ok<PreferencesBody>> SetPreferencesAsync(
        PreferencesBody body,
        Caller caller,
        INotificationStore store,
        CancellationToken cancellationToken
    )
    {
        var preferences = body.Read();
        await store.SavePreferencesAsync(caller.UserId!, preferences, cancellationToken);
        return TypedResults.Ok(PreferencesBody.Of(preferences));
    }

    private static BoundReader? ReaderOf(Caller caller) =>
        caller is { IsOperator: true, BranchIds: { } branches } ? new(caller.UserId!, branches) : null;

    private static string? OneOf(string field, string? value, IReadOnlyList<string> allowed, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (!allowed.Contains(value))
            errors.Add(field, "must be one of " + string.Join(", ", allowed));
        return value;
    }
}
