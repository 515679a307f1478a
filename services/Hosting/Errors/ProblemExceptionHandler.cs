using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Polly;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Errors;

/// <summary>Turns every exception that leaves an endpoint into problem details.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems, ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    // How the framework words that a member is not known; it tells in no other way.
    private const string Unmapped = "could not be mapped to any .NET member";

    private static readonly TimeSpan DependencyRetry = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = exception as RefusedException ?? Translate(exception);
        if (refusal is null)
        {
            HostingLog.RequestFailed(
                log,
                exception,
                context.Request.Method,
                EndpointOf(context),
                ProblemDetailsDefaults.TraceIdOf(context)
            );
            refusal = new RefusedException(
                ErrorCodes.InternalError,
                "Something went wrong on our side. Nothing was changed that was not confirmed."
            );
        }
        else if (refusal.Code == ErrorCodes.ServiceUnavailable)
        {
            HostingLog.DependencyFailed(log, exception, EndpointOf(context));
        }

        context.Response.StatusCode = ErrorCodes.StatusOf(refusal.Code);
        if (refusal.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var details = new ProblemDetails { Status = context.Response.StatusCode, Detail = refusal.Message };
        details.Extensions["code"] = refusal.Code;
        if (refusal.Fields is not null)
            details.Extensions["errors"] = refusal.Fields;
        foreach (var (name, value) in refusal.Facts ?? ReadOnlyDictionary<string, object?>.Empty)
            details.Extensions[name] = value;
        return await problems.TryWriteAsync(
            new ProblemDetailsContext
            {
                HttpContext = context,
                ProblemDetails = details,
                Exception = exception,
            }
        );
    }

    // By now the request itself has lost its endpoint, so that the error can be answered by another.
    private static string? EndpointOf(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName;

    private static RefusedException? Translate(Exception exception) =>
        exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
                ErrorCodes.PayloadTooLarge,
                "The request body is larger than 64 KB."
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new(
                ErrorCodes.UnsupportedMediaType,
                "The request body must be application/json."
            ),
            BadHttpRequestException bad => Malformed(bad),
            // The write may or may not have happened: the client repeats it with the same Idempotency-Key.
            _ when StorageFaults.IsAway(exception) || IsServiceAway(exception) => new(
                ErrorCodes.ServiceUnavailable,
                "A part of the system is away. Try again in a moment."
            )
            {
                RetryAfter = DependencyRetry,
            },
            _ => null,
        };

    // Another service does not answer, or says so itself. A call that it refuses is a fault of ours.
    private static bool IsServiceAway(Exception exception) =>
        exception switch
        {
            HttpRequestException call => call.StatusCode
                is null
                    or HttpStatusCode.TooManyRequests
                    or HttpStatusCode.BadGateway
                    or HttpStatusCode.ServiceUnavailable
                    or HttpStatusCode.GatewayTimeout,
            SocketException or ExecutionRejectedException => true,
            _ => false,
        };

    private static RefusedException Malformed(BadHttpRequestException bad)
    {
        if (bad.InnerException is not JsonException json)
            return new RefusedException(ErrorCodes.ValidationFailed, "The request cannot be read: " + ParameterRule(bad.Message));
        var field = json.Path is { Length: > 1 } path ? path[1..].TrimStart('.') : "body";
        var rule =
            json.Message.Contains(Unmapped, StringComparison.Ordinal) ? "is not known"
            : json.Message.StartsWith(Rfc3339.Rule, StringComparison.Ordinal) ? Rfc3339.Rule
            : field == "body" ? "must be well-formed JSON of the documented shape"
            : "has the wrong type or an impossible value";
        return new RefusedException(ErrorCodes.ValidationFailed, $"The field {field} {rule}.")
        {
            Fields = new Dictionary<string, string[]> { [field] = [rule] },
        };
    }

    // The framework's message names the parameter and its CLR type: 'Failed to bind parameter "int limit" from "x".'
    private static string ParameterRule(string message)
    {
        var open = message.IndexOf('"', StringComparison.Ordinal);
        var close = open < 0 ? -1 : message.IndexOf('"', open + 1);
        if (close < 0)
            return "a value is missing or malformed.";
        var name = message[(open + 1)..close];
        return $"'{name[(name.LastIndexOf(' ') + 1)..]}' is missing or malformed.";
    }
}
