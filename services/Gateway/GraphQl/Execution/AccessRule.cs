using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser.AST;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>Refuses a request with a field its caller may not ask for, before anything is resolved.</summary>
internal sealed class AccessRule : ValidationRuleBase
{
    private static readonly INodeVisitor Visitor = new MatchingNodeVisitor<GraphQLField>(Check);

    public override ValueTask<INodeVisitor?> GetPreNodeVisitorAsync(ValidationContext context) => new(Visitor);

    private static void Check(GraphQLField node, ValidationContext context)
    {
        var field = context.TypeInfo.GetFieldDef();
        if (field is null || IsIntrospection(node) || (AccessAttribute.Of(field) is null && !IsRoot(context)))
            return;
        var role = context.User?.FindFirst("role")?.Value;
        if (AccessAttribute.Allows(AccessAttribute.Of(field) ?? "", role))
            return;
        if (role is not null && context.RequestServices is { } services)
            GatewayLog.FieldDenied(
                services.GetRequiredService<ILogger<AccessRule>>(),
                context.User?.FindFirst("sub")?.Value,
                role,
                field.Name
            );
        context.ReportError(
            role is null
                ? new RequestRefusal(ErrorCodes.Unauthenticated, $"Sign in first to ask for '{field.Name}'.")
                : new RequestRefusal(ErrorCodes.Forbidden, $"Your role does not allow '{field.Name}'.")
        );
    }

    private static bool IsIntrospection(GraphQLField node) => node.Name.Value.Span.StartsWith("__");

    private static bool IsRoot(ValidationContext context) =>
        context.TypeInfo.GetParentType() is IObjectGraphType parent
        && (parent == context.Schema.Query || parent == context.Schema.Mutation || parent == context.Schema.Subscription);
}
