using GraphQLParser;
using GraphQLParser.AST;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>
/// How much the rule that fields of one name must agree (GraphQL 5.3.2) has to compare: at each level of the answer, the square of how
/// often a field is asked for. Those with arguments or another name weigh more, since each two of them that differ make an error.
/// Follows each use of a fragment: for documents whose selections are few.
/// </summary>
internal static class FieldOverlap
{
    private const long WeightOfDistinct = 4;

    /// <summary>The sum over all levels; a field asked for once adds nothing.</summary>
    public static long Of(GraphQLDocument document, GraphQLSelectionSet? set) => set is null ? 0 : Of(document, [set]);

    private static long Of(GraphQLDocument document, List<GraphQLSelectionSet> level)
    {
        var fields = new Dictionary<ROM, Asked>();
        foreach (var set in level)
            Collect(document, set, fields);
        return fields.Values.Sum(f => (f.Times > 1 ? f.Weight * f.Weight : 0) + (f.Inner.Count > 0 ? Of(document, f.Inner) : 0));
    }

    private static void Collect(GraphQLDocument document, GraphQLSelectionSet set, Dictionary<ROM, Asked> fields)
    {
        foreach (var selection in set.Selections)
        {
            if (selection is GraphQLInlineFragment inline)
            {
                Collect(document, inline.SelectionSet, fields);
            }
            else if (selection is GraphQLFragmentSpread spread)
            {
                var used = document
                    .Definitions.OfType<GraphQLFragmentDefinition>()
                    .FirstOrDefault(f => f.FragmentName.Name.Value == spread.FragmentName.Name.Value);
                if (used is not null)
                    Collect(document, used.SelectionSet, fields);
            }
            else if (selection is GraphQLField field)
            {
                var name = (field.Alias?.Name ?? field.Name).Value;
                if (!fields.TryGetValue(name, out var asked))
                    fields[name] = asked = new Asked();
                asked.Times++;
                asked.Weight += field.Alias is not null || field.Arguments is { Count: > 0 } ? WeightOfDistinct : 1;
                if (field.SelectionSet is { } inner)
                    asked.Inner.Add(inner);
            }
        }
    }

    private sealed class Asked
    {
        public int Times { get; set; }

        public long Weight { get; set; }

        public List<GraphQLSelectionSet> Inner { get; } = [];
    }
}
