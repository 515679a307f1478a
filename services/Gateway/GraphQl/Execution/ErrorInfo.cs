using System.Diagnostics;
using GraphQL;
using GraphQL.Execution;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>Errors as clients read them: the sentence, and in <c>extensions</c> the code of the API, the fields and the trace.</summary>
internal sealed class ErrorInfo : IErrorInfoProvider
{
    private static readonly IReadOnlyList<string> Codes =
    [
        ErrorCodes.Unauthenticated,
        ErrorCodes.Forbidden,
        ErrorCodes.ValidationFailed,
        ErrorCodes.InternalError,
        ErrorCodes.ServiceUnavailable,
    ];

    public GraphQL.Execution.ErrorInfo GetInfo(ExecutionError executionError)
    {
        var refusal = executionError.InnerException as RefusedException;
        var extensions = new Dictionary<string, object?> { ["code"] = CodeOf(executionError, refusal) };
        if (refusal?.Fields is { } fields)
            extensions["errors"] = fields;
        if (refusal?.RetryAfter is { } wait)
            extensions["retryAfter"] = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        if (Activity.Current is { } activity)
            extensions["traceId"] = activity.TraceId.ToString();
        return new() { Message = executionError.Message, Extensions = extensions };
    }

    private static string CodeOf(ExecutionError error, RefusedException? refusal) =>
        refusal?.Code
        ?? (
            error is RequestRefusal or Failure && error.Code is { } own && Codes.Contains(own)
                ? own
                // All that is left is a request that is not well-formed, or does not fit the schema.
                : ErrorCodes.ValidationFailed
        );
}
