using GraphQL.Validation;
using GraphQLParser.AST;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>Ends the look at a document that is wrong in many places: finding the line and column of an error costs by the length of the
/// document.</summary>
internal sealed class EnoughErrorsRule : ValidationRuleBase
{
    private const int Enough = 10;

    private static readonly INodeVisitor Visitor = new MatchingNodeVisitor<ASTNode>(Check);

    public override ValueTask<INodeVisitor?> GetPreNodeVisitorAsync(ValidationContext context) => new(Visitor);

    // The executer answers with what is thrown.
    private static void Check(ASTNode node, ValidationContext context)
    {
        if (context.Errors.Count() >= Enough)
            throw context.Errors.First();
    }
}
