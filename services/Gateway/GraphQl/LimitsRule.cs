using GraphQL;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser.AST;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl;

/// <summary>
/// Keeps a request from asking for more than one should: how deep, how many fields, how many of them under another name, and how many
/// objects it could give if every list were full. Fragments count where they are used.
/// </summary>
internal sealed class LimitsRule : ValidationRuleBase
{
    internal const int MaxDepth = 8;
    internal const int MaxFields = 400;
    internal const int MaxAliases = 30;
    internal const int MaxMutations = 5;
    internal const long MaxObjects = 25_000;

    // An introspection query is deep, and costs nothing.
    private const int MaxIntrospectionDepth = 16;
    private const int UnboundedList = 100;

    public override ValueTask<INodeVisitor?> GetPreNodeVisitorAsync(ValidationContext context)
    {
        var count = new Count(context);
        var root = context.Operation.Operation switch
        {
            OperationType.Mutation => context.Schema.Mutation,
            OperationType.Subscription => context.Schema.Subscription,
            _ => context.Schema.Query,
        };
        var objects = count.Objects(context.Operation.SelectionSet, root, 1, false);
        Refuse(count.Depth > MaxDepth, $"The request is nested more than {MaxDepth} deep.");
        Refuse(count.IntrospectionDepth > MaxIntrospectionDepth, $"The request is nested more than {MaxIntrospectionDepth} deep.");
        Refuse(count.Fields > MaxFields, $"The request asks for more than {MaxFields} fields.");
        Refuse(count.Aliases > MaxAliases, $"The request names more than {MaxAliases} fields anew.");
        Refuse(objects > MaxObjects, $"The request could give more than {MaxObjects} objects. Ask for shorter lists.");
        Refuse(context.Operation.Operation == OperationType.Mutation && context.Operation.SelectionSet.Selections.Count > MaxMutations, $"One request makes at most {MaxMutations} changes.");
        return new((INodeVisitor?)null);

        void Refuse(bool broken, FormattableString sentence)
        {
            if (broken) context.ReportError(new RequestRefusal(ErrorCodes.ValidationFailed, FormattableString.Invariant(sentence)));
        }
    }

    private sealed class Count(ValidationContext context)
    {
        private readonly HashSet<string> open = [];

        public int Depth { get; private set; }

        public int IntrospectionDepth { get; private set; }

        public int Fields { get; private set; }

        public int Aliases { get; private set; }

        private bool IsOver => Fields > MaxFields || IntrospectionDepth > MaxIntrospectionDepth;

        public long Objects(GraphQLSelectionSet? selections, IGraphType? type, int depth, bool introspects)
        {
            if (selections is null || IsOver) return 0;
            long objects = 0;
            foreach (var selection in selections.Selections)
            {
                if (IsOver) break;
                objects = Math.Min(MaxObjects + 1, objects + selection switch
                {
                    GraphQLField field => Field(field, type, depth, introspects),
                    GraphQLInlineFragment inline => Objects(inline.SelectionSet, type, depth, introspects),
                    GraphQLFragmentSpread spread => Spread(spread, type, depth, introspects),
                    _ => 0,
                });
            }

            return objects;
        }

        // Fragments that use each other in a circle are refused by a rule of the language; here they must end, too.
        private long Spread(GraphQLFragmentSpread spread, IGraphType? type, int depth, bool introspects)
        {
            var name = spread.FragmentName.Name.StringValue;
            if (context.Document.Definitions.OfType<GraphQLFragmentDefinition>().FirstOrDefault(f => f.FragmentName.Name.Value == name) is not { } fragment || !open.Add(name)) return 0;
            var objects = Objects(fragment.SelectionSet, type, depth, introspects);
            open.Remove(name);
            return objects;
        }

        private long Field(GraphQLField field, IGraphType? type, int depth, bool introspects)
        {
            introspects |= field.Name.Value.Span.StartsWith("__");
            Fields++;
            if (field.Alias is not null) Aliases++;
            if (introspects) IntrospectionDepth = Math.Max(IntrospectionDepth, depth);
            else Depth = Math.Max(Depth, depth);
            if (field.SelectionSet is null) return 0;
            var definition = (type as IComplexGraphType)?.Fields.Find(field.Name.Value);
            var inner = Objects(field.SelectionSet, definition?.ResolvedType?.GetNamedType(), depth + 1, introspects);
            return introspects ? 0 : Math.Min(MaxObjects + 1, Times(field, definition) * (1 + inner));
        }

        // A page holds as many as its limit says; its items are counted there.
        private long Times(GraphQLField field, FieldType? definition)
        {
            if (definition is null) return 1;
            if (definition.Arguments?.Find("limit") is { } limit)
            {
                return field.Arguments?.FirstOrDefault(a => a.Name.Value == "limit")?.Value switch
                {
                    GraphQLIntValue literal => long.TryParse(literal.Value.Span, out var given) ? Math.Clamp(given, 1, UnboundedList * 2) : UnboundedList * 2,
                    GraphQLVariable variable => context.Variables.TryGetValue(variable.Name.StringValue, out var value) && value is int given ? Math.Clamp(given, 1, UnboundedList * 2) : UnboundedList * 2,
                    _ => limit.DefaultValue is int fallback ? fallback : UnboundedList,
                };
            }

            return field.Name.Value.Span is not "items" && IsList(definition.ResolvedType) ? UnboundedList : 1;
        }

        private static bool IsList(IGraphType? type) => type is ListGraphType || (type is NonNullGraphType { ResolvedType: { } inner } && IsList(inner));
    }
}
