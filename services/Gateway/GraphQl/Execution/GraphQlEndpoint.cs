using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Transport;
using GraphQL.Types;
using GraphQLParser.AST;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>
/// GraphQL over HTTP: <c>POST</c> with JSON, or <c>GET</c> for queries. With <c>Accept: text/event-stream</c> each answer is an event
/// (GraphQL over SSE, distinct connections), which is how subscriptions are followed.
/// </summary>
internal sealed class GraphQlEndpoint(
    IDocumentExecuter<ISchema> executer,
    DocumentLimits limits,
    IGraphQLTextSerializer serializer,
    EventStream events,
    GraphQlOptions options,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<GraphQlEndpoint> log
)
{
    private const string ResponseType = "application/graphql-response+json";
    private const string EventType = "text/event-stream";
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(15);

    public async Task AnswerAsync(HttpContext http)
    {
        var accepted = http.Request.GetTypedHeaders().Accept;
        if (HttpMethods.IsGet(http.Request.Method) && !http.Request.Query.ContainsKey("query"))
        {
            await ExploreAsync(http, "explorer.html", "text/html");
            return;
        }

        var streams = accepted.Any(a => a.MediaType.Equals(EventType, StringComparison.OrdinalIgnoreCase));
        // Before anything is begun that would have to be ended again.
        using var place = streams ? events.Open(http) : null;
        var request = await ReadAsync(http);
        // Tokens and tickets are in the answers.
        http.Response.Headers.CacheControl = "no-store";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        using var limit = streams ? null : new CancellationTokenSource(MaxTime, time);
        using var ends = limit?.Token.Register(ended.Cancel);
        ExecutionResult result;
        try
        {
            var document = limits.Read(request.Query!, request.Variables);
            // What a link or an image of another page can send must not change anything.
            if (HttpMethods.IsGet(http.Request.Method) && Asks(document, request.OperationName, OperationType.Mutation))
                throw new RefusedException(ErrorCodes.MethodNotAllowed, "Mutations are sent with POST.");
            // Executed, it would follow its topic with nobody to end it.
            if (!streams && Asks(document, request.OperationName, OperationType.Subscription))
                throw new RefusedException(ErrorCodes.ValidationFailed, "Subscriptions are followed with Accept: text/event-stream.");
            result = await executer.ExecuteAsync(
                new ExecutionOptions
                {
                    Document = document,
                    OperationName = request.OperationName,
                    Variables = request.Variables,
                    RequestServices = http.RequestServices,
                    User = http.User,
                    CancellationToken = ended.Token,
                }
            );
        }
        catch (LimitRefusal refusal)
        {
            GatewayMetrics.DocumentsRefused.Add(1, new KeyValuePair<string, object?>("limit", refusal.Limit));
            GatewayLog.DocumentRefused(log, refusal.Limit);
            result = new ExecutionResult(refusal);
        }
        catch (SyntaxError error)
        {
            result = new ExecutionResult(error);
        }
        catch (OperationCanceledException) when (limit?.IsCancellationRequested == true && !http.RequestAborted.IsCancellationRequested)
        {
            result = new ExecutionResult(Failure.TooSlow());
        }

        if (streams)
        {
            await events.WriteAsync(http, result, ended);
            return;
        }

        var asks = accepted.Any(a => a.MediaType.Equals(ResponseType, StringComparison.OrdinalIgnoreCase));
        http.Response.StatusCode = asks && !result.Executed ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        http.Response.ContentType = (asks ? ResponseType : "application/json") + "; charset=utf-8";
        await serializer.WriteAsync(http.Response.Body, result, http.RequestAborted);
    }

    /// <summary>Answers with a file of the explorer page, where that is shown.</summary>
    public async Task ExploreAsync(HttpContext http, string file, string type)
    {
        if (!environment.IsDevelopment() && !options.Debug)
            throw new RefusedException(ErrorCodes.NotFound, "Send GraphQL requests with POST.");
        http.Response.ContentType = type + "; charset=utf-8";
        await using var page = typeof(GatewayModule).Assembly.GetManifestResourceStream(file)!;
        await page.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private async Task<GraphQLRequest> ReadAsync(HttpContext http)
    {
        GraphQLRequest? request;
        try
        {
            if (HttpMethods.IsGet(http.Request.Method))
            {
                var query = http.Request.Query;
                request = new GraphQLRequest
                {
                    Query = query["query"].ToString(),
                    OperationName = query["operationName"].ToString() is { Length: > 0 } name ? name : null,
                    Variables = query["variables"].ToString() is { Length: > 0 } variables
                        ? serializer.Deserialize<Inputs>(variables)
                        : null,
                };
            }
            else
            {
                if (!http.Request.HasJsonContentType())
                    throw new RefusedException(ErrorCodes.UnsupportedMediaType, "The request body must be application/json.");
                request = await serializer.ReadAsync<GraphQLRequest>(http.Request.Body, http.RequestAborted);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new RefusedException(
                ErrorCodes.ValidationFailed,
                "The request must be JSON such as {\"query\": \"{ getQueues { name } }\"}."
            );
        }

        if (string.IsNullOrWhiteSpace(request?.Query))
            throw new RefusedException(ErrorCodes.ValidationFailed, "The request has no query.");
        return request;
    }

    private static bool Asks(GraphQLDocument document, string? operationName, OperationType type) =>
        document
            .Definitions.OfType<GraphQLOperationDefinition>()
            .Any(o => o.Operation == type && (operationName is null || o.Name?.StringValue == operationName));
}
