using GraphQL;
using GraphQL.Types;
using GraphQLParser;
using GraphQLParser.AST;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>Counts what the definitions of a document ask for. Each fragment is counted once, however often it is used.</summary>
internal sealed class DocumentCost
{
    private const int UnboundedList = 100;
    private const int LongestPage = 200;

    // Counting calls itself for each; the stack must hold them.
    private const int MaxFragmentsWithin = 16;
    private static readonly SelectionCost Use = new() { Selections = 1 };

    private readonly ISchema schema;
    private readonly Inputs? variables;
    private readonly Dictionary<ROM, GraphQLFragmentDefinition> fragments = [];
    private readonly Dictionary<GraphQLFragmentDefinition, SelectionCost> counted = [];
    private readonly HashSet<GraphQLFragmentDefinition> open = [];

    /// <param name="document">The document.</param>
    /// <param name="schema">What lists there are.</param>
    /// <param name="variables">What the request gives for its variables.</param>
    public DocumentCost(GraphQLDocument document, ISchema schema, Inputs? variables)
    {
        (this.schema, this.variables) = (schema, variables);
        // Of two with one name, a rule of the language speaks.
        foreach (var fragment in document.Definitions.OfType<GraphQLFragmentDefinition>())
            fragments.TryAdd(fragment.FragmentName.Name.Value, fragment);
    }

    /// <summary>How many selections were looked at.</summary>
    public int Visited { get; private set; }

    /// <summary>What an operation asks for.</summary>
    /// <exception cref="LimitRefusal">Fragments use each other in a circle, or too deep.</exception>
    public SelectionCost Of(GraphQLOperationDefinition operation) =>
        Of(
            operation.SelectionSet,
            operation.Operation switch
            {
                OperationType.Mutation => schema.Mutation,
                OperationType.Subscription => schema.Subscription,
                _ => schema.Query,
            },
            false
        );

    /// <summary>What a fragment asks for.</summary>
    /// <exception cref="LimitRefusal">Fragments use each other in a circle, or too deep.</exception>
    public SelectionCost Of(GraphQLFragmentDefinition fragment)
    {
        if (counted.TryGetValue(fragment, out var known))
            return known;
        if (!open.Add(fragment))
            throw new LimitRefusal("circle", "The fragments of the request use each other in a circle.");
        if (open.Count > MaxFragmentsWithin)
            throw new LimitRefusal("depth", "The fragments of the request use each other too deep.");
        var name = fragment.TypeCondition.Type.Name.Value;
        var cost = Of(fragment.SelectionSet, TypeOf(name), IsOfSchema(name));
        open.Remove(fragment);
        return counted[fragment] = cost;
    }

    private SelectionCost Of(GraphQLSelectionSet? set, IGraphType? type, bool introspects)
    {
        var cost = default(SelectionCost);
        if (set is null)
            return cost;
        foreach (var selection in set.Selections)
        {
            Visited++;
            cost += selection switch
            {
                GraphQLField field => Of(field, type, introspects),
                GraphQLInlineFragment inline => Use
                    + Of(inline.SelectionSet, inline.TypeCondition is { } on ? TypeOf(on.Type.Name.Value) : type, introspects),
                GraphQLFragmentSpread spread => Use
                    + (fragments.TryGetValue(spread.FragmentName.Name.Value, out var fragment) ? Of(fragment) : default),
                _ => default,
            };
        }

        return cost;
    }

    private SelectionCost Of(GraphQLField field, IGraphType? type, bool introspects)
    {
        introspects |= IsOfSchema(field.Name.Value);
        var definition = (type as IComplexGraphType)?.Fields.Find(field.Name.Value);
        var inner = Of(field.SelectionSet, definition?.ResolvedType?.GetNamedType(), introspects);
        return new(
            Math.Min(SelectionCost.Bound, inner.Selections + 1),
            1,
            inner.Aliases + (field.Alias is null ? 0 : 1),
            introspects ? Below(inner.Depth) : inner.Depth + 1,
            introspects ? inner.IntrospectionDepth + 1 : Below(inner.IntrospectionDepth),
            inner.IntrospectionLists + (introspects && IsListOfSchema(field.Name.Value) ? 1 : 0),
            introspects || field.SelectionSet is null
                ? 0
                : Math.Min(SelectionCost.Bound, Times(field, definition, type) * (1 + inner.Objects))
        );

        static int Below(int depth) => depth == 0 ? 0 : depth + 1;
    }

    private IGraphType? TypeOf(ROM name) => schema.AllTypes[name];

    private static bool IsOfSchema(ROM name) => name.Span.StartsWith("__");

    // Those whose items have such lists themselves.
    private static bool IsListOfSchema(ROM name) => name.Span is "types" or "fields" or "inputFields" or "interfaces" or "possibleTypes";

    // A page holds as many as its limit says; its items are counted there.
    private long Times(GraphQLField field, FieldType? definition, IGraphType? parent)
    {
        if (definition is null)
            return 1;
        if (definition.Arguments?.Find("limit") is { } limit)
        {
            return field.Arguments?.FirstOrDefault(a => a.Name.Value == "limit")?.Value switch
            {
                GraphQLIntValue literal => long.TryParse(literal.Value.Span, out var given)
                    ? Math.Clamp(given, 1, LongestPage)
                    : LongestPage,
                GraphQLVariable variable => variables?.TryGetValue(variable.Name.StringValue, out var value) == true && value is int given
                    ? Math.Clamp(given, 1, LongestPage)
                    : LongestPage,
                _ => limit.DefaultValue is int fallback ? fallback : UnboundedList,
            };
        }

        return !IsPage(parent) && IsList(definition.ResolvedType) ? UnboundedList : 1;
    }

    private static bool IsPage(IGraphType? type) => type?.Name.EndsWith("Page", StringComparison.Ordinal) == true;

    private static bool IsList(IGraphType? type) =>
        type is ListGraphType || (type is NonNullGraphType { ResolvedType: { } inner } && IsList(inner));
}
