namespace SmartQueue.Mutation;

/// <summary>Mutants that nobody can tell from the product, each with the reason: what <c>equivalent.txt</c> lists.</summary>
internal sealed class Equivalents
{
    private readonly HashSet<(string Path, string Was, string Becomes)> _known = [];

    /// <exception cref="MutationException">An entry is not complete.</exception>
    public static async Task<Equivalents> ReadAsync(string file)
    {
        var read = new Equivalents();
        var lines = (await File.ReadAllLinesAsync(file)).Where(l => l.Length > 0 && l[0] != '#').ToList();
        if (lines.Count % 4 != 0)
            throw new MutationException($"{file}: an entry is four lines.");
        foreach (var entry in lines.Chunk(4))
        {
            if (
                !entry[1].StartsWith("- ", StringComparison.Ordinal)
                || !entry[2].StartsWith("+ ", StringComparison.Ordinal)
                || !entry[3].StartsWith("= ", StringComparison.Ordinal)
            )
                throw new MutationException($"{file}: the lines of {entry[0]} begin with its path, -, + and =.");
            read._known.Add((entry[0], entry[1][2..], entry[2][2..]));
        }

        return read;
    }

    public bool Has(Mutant mutant) => _known.Contains((mutant.Source.Path, mutant.Was, mutant.Becomes));
}
