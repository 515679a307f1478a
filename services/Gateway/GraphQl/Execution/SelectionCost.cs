namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>What a set of selections asks for, fragments counted where they are used. Sums stop at a bound far above every limit.</summary>
/// <param name="Selections">Fields, and uses of fragments.</param>
/// <param name="Roots">The fields of the first level.</param>
/// <param name="Aliases">Fields under another name.</param>
/// <param name="Depth">Levels of fields.</param>
/// <param name="IntrospectionDepth">Levels down to the last field of the schema's own.</param>
/// <param name="IntrospectionLists">Lists of the schema's own within each other.</param>
/// <param name="Objects">Objects it gives if every list is full.</param>
internal readonly record struct SelectionCost(
    int Selections,
    int Roots,
    int Aliases,
    int Depth,
    int IntrospectionDepth,
    int IntrospectionLists,
    long Objects
)
{
    public const int Bound = 1_000_000;

    public static SelectionCost operator +(SelectionCost one, SelectionCost other) =>
        new(
            Math.Min(Bound, one.Selections + other.Selections),
            Math.Min(Bound, one.Roots + other.Roots),
            Math.Min(Bound, one.Aliases + other.Aliases),
            Math.Max(one.Depth, other.Depth),
            Math.Max(one.IntrospectionDepth, other.IntrospectionDepth),
            Math.Max(one.IntrospectionLists, other.IntrospectionLists),
            Math.Min(Bound, one.Objects + other.Objects)
        );
}
