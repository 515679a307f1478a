using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace SmartQueue.Hosting.Errors;

/// <summary>Completes every problem details (RFC 9457) with the fields existing clients read.</summary>
internal static class ProblemDetailsDefaults
{
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        var code = problem.Extensions.TryGetValue("code", out var set) && set is string text ? text : ErrorCodes.OfStatus(status);
        problem.Status = status;
        problem.Type = $"urn:smartqueue:error:{code}";
        problem.Title = ReasonPhrases.GetReasonPhrase(status);
        problem.Detail ??= Sentence(code);
        problem.Extensions["success"] = false;
        problem.Extensions["error"] = problem.Detail;
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = TraceIdOf(context.HttpContext);
    }

    /// <summary>What a person can quote, and the log has too.</summary>
    public static string TraceIdOf(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    private static string Sentence(string code) =>
        code switch
        {
            ErrorCodes.Unauthenticated => "Sign in first: the access token is missing, expired or not valid.",
            ErrorCodes.Forbidden => "Your role does not allow this.",
            ErrorCodes.NotFound => "There is nothing at this address.",
            ErrorCodes.MethodNotAllowed => "This address does not take that method.",
            ErrorCodes.UnsupportedMediaType => "The request body must be application/json.",
            ErrorCodes.RateLimited => "Too many requests. Try again in a moment.",
            ErrorCodes.ServiceUnavailable => "A part of the system is away. Try again in a moment.",
            _ => "The request was refused.",
        };
}
