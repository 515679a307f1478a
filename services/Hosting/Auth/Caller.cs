using Microsoft.AspNetCore.Http;

namespace SmartQueue.Hosting.Auth;

/// <summary>Who makes a request, as far as it is proven, and the tracking token they hold.</summary>
public sealed record Caller(string? UserId, string? Role, string? TrackingToken)
{
    private const int MaxTokenLength = 128;

    /// <summary>Whether they are staff.</summary>
    public bool IsOperator => Role is Roles.Operator or Roles.Admin;

    /// <summary>Whether they manage the system.</summary>
    public bool IsAdmin => Role is Roles.Admin;

    /// <summary>The caller of a request: the verified access token's subject and role, and <c>X-Tracking-Token</c> or
    /// <c>?token=</c>.</summary>
    public static Caller Of(HttpContext context)
    {
        var token = context.Request.Headers["X-Tracking-Token"].ToString() is { Length: > 0 } header
            ? header
            : context.Request.Query["token"].ToString();
        return new Caller(context.User.FindFirst("sub")?.Value, context.User.FindFirst("role")?.Value, TrackingTokenOf(token));
    }

    /// <summary>What a caller gave as a tracking token; <c>null</c> if it cannot be one, nor stand in a header: empty, longer than 128
    /// characters, or with control characters.</summary>
    public static string? TrackingTokenOf(string? given) =>
        given is { Length: > 0 and <= MaxTokenLength } && !given.Any(char.IsControl) ? given : null;

    /// <summary>Lets endpoints take a caller as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));
}
