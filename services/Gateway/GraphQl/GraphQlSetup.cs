using GraphQL;
using GraphQL.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Execution;
using SmartQueue.Gateway.GraphQl.Schema;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Gateway.GraphQl;

internal static class GraphQlSetup
{
    // Introspection answers are deeper than anything else on the wire.
    private const int MaxJsonDepth = 64;

    public static void AddGraphQl(this IServiceCollection services, ModuleContext context)
    {
        var options = GraphQlOptions.From(context.Settings);
        services.AddSingleton(options);
        services.AddHttpContextAccessor();
        services.AddScoped<Backend>();
        services.AddRecent((all, caller, id) => all.GetRequiredService<QueueClient>().GetAsync(caller, id, CancellationToken.None));
        services.AddRecent((all, caller, id) => all.GetRequiredService<BranchClient>().GetAsync(caller, id, CancellationToken.None));
        services.AddSingleton<NewcomerWaits>();
        services.AddSingleton<DateTimeType>();
        services.AddSingleton<TicketStatusType>();
        services.AddSingleton<AppointmentStatusType>();
        services.AddSingleton<JsonType>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<DocumentLimits>();
        services.AddSingleton<GraphQlEndpoint>();
        services.AddGraphQL(graphQl =>
        {
            GlobalSwitches.EnableReadDescriptionFromXmlDocumentation = true;
            graphQl
                .AddAutoSchema<Query>(s => s.WithMutation<Mutation>().WithSubscription<Subscription>())
                .AddSystemTextJson(json =>
                {
                    json.UseWireConventions();
                    json.MaxDepth = MaxJsonDepth;
                })
                .AddErrorInfoProvider<ErrorInfo>()
                .AddValidationRule<AccessRule>()
                .AddValidationRule<EnoughErrorsRule>()
                .ConfigureSchema(Configure)
                .AddUnhandledExceptionHandler(Handle);
            if (!options.Introspection)
                graphQl.AddValidationRule<GraphQL.Validation.Rules.Custom.NoIntrospectionValidationRule>();
        });
    }

    public static void MapGraphQl(this IEndpointRouteBuilder routes)
    {
        routes
            .MapMethods("/graphql", [HttpMethods.Get, HttpMethods.Post], AnswerAsync)
            .WithName("GraphQl")
            .WithTags("GraphQL")
            .WithSummary("GraphQL; subscriptions with Accept: text/event-stream")
            .ExcludeFromDescription();
        routes.MapGet("/graphql/explorer.js", ScriptAsync).ExcludeFromDescription();
    }

    private static void AddRecent<T>(this IServiceCollection services, Func<IServiceProvider, CallerHeaders, string, Task<T>> read) =>
        services.AddSingleton(all => new Recent<T>(
            read,
            all.GetRequiredService<IServiceScopeFactory>(),
            all.GetRequiredService<TimeProvider>()
        ));

    private static Task ScriptAsync(HttpContext http, GraphQlEndpoint endpoint) =>
        endpoint.ExploreAsync(http, "explorer.js", "text/javascript");

    private static Task AnswerAsync(HttpContext http, GraphQlEndpoint endpoint) => endpoint.AnswerAsync(http);

    private static void Configure(ISchema schema, IServiceProvider services)
    {
        schema.RegisterTypeMapping<DateTimeOffset, DateTimeType>();
        schema.RegisterTypeMapping<TicketStatus, TicketStatusType>();
        schema.RegisterTypeMapping<AppointmentStatus, AppointmentStatusType>();
        // As the present language has it; clients ask for it.
        schema.Features.RepeatableDirectives = true;
        schema.Description = "Queues, tickets, appointments and people. What each caller may see and do is the same as over REST.";
    }

    private static Task Handle(GraphQL.Execution.UnhandledExceptionContext context)
    {
        if (context.Exception is OperationCanceledException)
            return Task.CompletedTask;
        if (context.Exception is RefusedException refusal)
        {
            context.Exception = Failure.Of(refusal);
            return Task.CompletedTask;
        }

        var services = context.Context?.RequestServices ?? context.ExecutionOptions?.RequestServices;
        if (services is not null)
            GatewayLog.FieldFailed(
                services.GetRequiredService<ILogger<GraphQlEndpoint>>(),
                context.OriginalException,
                context.FieldContext?.FieldDefinition?.Name
            );
        context.Exception = Failure.Internal();
        return Task.CompletedTask;
    }
}
