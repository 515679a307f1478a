using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>
/// Lets in the documents that ask for no more than one request should, before anything else looks at them. Each step is linear in what
/// the step before has left: the length, then the tokens, then the definitions, each counted once however often it is used. So refusing
/// costs no more than answering a small request, and what is let in keeps the language's own rules, some of which are quadratic, short.
/// </summary>
internal sealed class DocumentLimits
{
    internal const int MaxText = 16 * 1024;
    internal const int MaxTokens = 1_000;
    internal const int MaxName = 100;
    internal const int MaxNesting = 32;
    internal const int MaxDirectives = 30;
    internal const int MaxDefinitions = 50;
    internal const int MaxVariables = 50;
    internal const int MaxSelections = 400;
    internal const int MaxAliases = 30;
    internal const int MaxChanges = 5;
    internal const int MaxDepth = 8;
    internal const long MaxObjects = 25_000;

    /// <summary>What <see cref="FieldOverlap"/> may come to; seven components that each ask for the same list stay below it.</summary>
    internal const long MaxOverlap = 2_500;

    // An introspection query is deep, and costs little as long as lists do not stand in lists.
    private const int MaxIntrospectionDepth = 16;
    private const int MaxIntrospectionLists = 2;

    private readonly ISchema schema;

    /// <summary>Makes the schema. A process to which nobody speaks GraphQL never does, and starts sooner and smaller.</summary>
    public DocumentLimits(ISchema schema)
    {
        this.schema = schema;
        schema.Initialize();
    }

    /// <summary>Parses a document whose tokens are within the limits, and weighs what it asks for before anything runs.</summary>
    /// <exception cref="LimitRefusal">It asks for too much.</exception>
    /// <exception cref="SyntaxError">It is none.</exception>
    public GraphQLDocument Read(string text, Inputs? variables)
    {
        Require(text.Length <= MaxText, "text", $"The document is longer than {MaxText} characters.");
        GraphQLDocument document;
        try
        {
            CheckTokens(text);
            document = Parser.Parse(text, new ParserOptions { Ignore = IgnoreOptions.Comments });
        }
        catch (GraphQLSyntaxErrorException e)
        {
            throw new SyntaxError(e);
        }

        Require(document.Definitions.Count <= MaxDefinitions, "definitions", $"The document has more than {MaxDefinitions} definitions.");
        Check(document, new DocumentCost(document, schema, variables));
        return document;
    }

    // The parser calls itself for each level of nesting, so this comes before it.
    private static void CheckTokens(ROM text)
    {
        var (at, tokens, nesting, directives) = (0, 0, 0, 0);
        while (true)
        {
            var token = Lexer.Lex(text, at);
            if (token.Kind == TokenKind.EOF)
                return;
            at = token.End;
            Require(++tokens <= MaxTokens, "tokens", $"The document has more than {MaxTokens} tokens.");
            switch (token.Kind)
            {
                case TokenKind.NAME:
                    // Names that are not known are compared with those that are.
                    Require(token.End - token.Start <= MaxName, "names", $"The document has a name of more than {MaxName} characters.");
                    break;
                case TokenKind.AT:
                    Require(++directives <= MaxDirectives, "directives", $"The document has more than {MaxDirectives} directives.");
                    break;
                case TokenKind.BRACE_L or TokenKind.BRACKET_L or TokenKind.PAREN_L:
                    Require(++nesting <= MaxNesting, "nesting", $"The document is nested more than {MaxNesting} deep.");
                    break;
                case TokenKind.BRACE_R or TokenKind.BRACKET_R or TokenKind.PAREN_R:
                    nesting--;
                    break;
            }
        }
    }

    private static void Check(GraphQLDocument document, DocumentCost cost)
    {
        var selections = 0;
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLOperationDefinition operation)
            {
                Require(
                    (operation.Variables?.Count ?? 0) <= MaxVariables,
                    "variables",
                    $"The request has more than {MaxVariables} variables."
                );
                var asked = cost.Of(operation);
                // All operations, since the rules of the language look at each.
                RequireSelections(selections += asked.Selections);
                Require(asked.Depth <= MaxDepth, "depth", $"The request is nested more than {MaxDepth} deep.");
                Require(
                    asked.IntrospectionDepth <= MaxIntrospectionDepth,
                    "depth",
                    $"The request is nested more than {MaxIntrospectionDepth} deep."
                );
                Require(
                    asked.IntrospectionLists <= MaxIntrospectionLists,
                    "depth",
                    $"The request asks for lists of the schema more than {MaxIntrospectionLists} deep."
                );
                Require(asked.Aliases <= MaxAliases, "aliases", $"The request gives other names to more than {MaxAliases} fields.");
                Require(
                    asked.Objects <= MaxObjects,
                    "objects",
                    $"The request could give more than {MaxObjects} objects. Ask for shorter lists."
                );
                Require(
                    operation.Operation != OperationType.Mutation || asked.Roots <= MaxChanges,
                    "changes",
                    $"One request makes at most {MaxChanges} changes."
                );
            }
            else if (definition is GraphQLFragmentDefinition fragment)
            {
                // One that is not used is looked at, too.
                RequireSelections(cost.Of(fragment).Selections);
            }
        }

        // Only now, since this follows each use of a fragment.
        foreach (var definition in document.Definitions.OfType<IHasSelectionSetNode>())
            Require(
                FieldOverlap.Of(document, definition.SelectionSet) <= MaxOverlap,
                "overlap",
                $"The request asks for the same fields too often."
            );
    }

    private static void RequireSelections(int selections) =>
        Require(selections <= MaxSelections, "fields", $"The request asks for more than {MaxSelections} fields.");

    private static void Require(bool kept, string limit, FormattableString sentence)
    {
        if (!kept)
            throw new LimitRefusal(limit, FormattableString.Invariant(sentence));
    }
}
