using Microsoft.AspNetCore.Http;

namespace SmartQueue.Hosting.Errors;

/// <summary>The stable codes of refused requests, and the HTTP status of each.</summary>
public static class ErrorCodes
{
#pragma warning disable CS1591 // The names say it; the contract lists them.
    public const string ValidationFailed = "VALIDATION_FAILED";
    public const string InvalidCredentials = "INVALID_CREDENTIALS";
    public const string Unauthenticated = "UNAUTHENTICATED";
    public const string Forbidden = "FORBIDDEN";
    public const string NotFound = "NOT_FOUND";
    public const string QueueNotFound = "QUEUE_NOT_FOUND";
    public const string TicketNotFound = "TICKET_NOT_FOUND";
    public const string UserNotFound = "USER_NOT_FOUND";
    public const string CounterNotFound = "COUNTER_NOT_FOUND";
    public const string AppointmentNotFound = "APPOINTMENT_NOT_FOUND";
    public const string BranchNotFound = "BRANCH_NOT_FOUND";
    public const string EmailTaken = "EMAIL_TAKEN";
    public const string EmailNotVerified = "EMAIL_NOT_VERIFIED";
    public const string AccountDisabled = "ACCOUNT_DISABLED";
    public const string LinkNotValid = "LINK_NOT_VALID";
    public const string PrefixTaken = "PREFIX_TAKEN";
    public const string QueueClosed = "QUEUE_CLOSED";
    public const string QueueFull = "QUEUE_FULL";
    public const string QueueNotEmpty = "QUEUE_NOT_EMPTY";
    public const string SlotTaken = "SLOT_TAKEN";
    public const string HoldExpired = "HOLD_EXPIRED";
    public const string AlreadyInQueue = "ALREADY_IN_QUEUE";
    public const string CounterBusy = "COUNTER_BUSY";
    public const string CounterTaken = "COUNTER_TAKEN";
    public const string InvalidTransition = "INVALID_TRANSITION";
    public const string IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED";
    public const string Conflict = "CONFLICT";
    public const string VersionConflict = "VERSION_CONFLICT";
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";
    public const string RateLimited = "RATE_LIMITED";
    public const string ServiceUnavailable = "SERVICE_UNAVAILABLE";
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    public const string InternalError = "INTERNAL_ERROR";
#pragma warning restore CS1591

    /// <summary>The HTTP status a code goes with.</summary>
    public static int StatusOf(string code) =>
        code switch
        {
            ValidationFailed or LinkNotValid => StatusCodes.Status400BadRequest,
            InvalidCredentials or Unauthenticated => StatusCodes.Status401Unauthorized,
            Forbidden or AccountDisabled => StatusCodes.Status403Forbidden,
            NotFound or QueueNotFound or TicketNotFound or UserNotFound or CounterNotFound or BranchNotFound or AppointmentNotFound =>
                StatusCodes.Status404NotFound,
            MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
            VersionConflict => StatusCodes.Status412PreconditionFailed,
            PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
            UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
            RateLimited => StatusCodes.Status429TooManyRequests,
            ServiceUnavailable => StatusCodes.Status503ServiceUnavailable,
            InternalError => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status409Conflict,
        };

    /// <summary>The code of a response that says no more than its status.</summary>
    public static string OfStatus(int status) =>
        status switch
        {
            400 => ValidationFailed,
            401 => Unauthenticated,
            403 => Forbidden,
            404 => NotFound,
            405 => MethodNotAllowed,
            409 => Conflict,
            412 => VersionConflict,
            413 => PayloadTooLarge,
            415 => UnsupportedMediaType,
            429 => RateLimited,
            502 or 503 or 504 => ServiceUnavailable,
            < 500 => "REQUEST_REJECTED",
            _ => InternalError,
        };
}
