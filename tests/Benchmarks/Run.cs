namespace SmartQueue.Benchmarks;

/// <summary>One run of one or more benchmarks: how long it may take, and what came of it.</summary>
/// <param name="isShort">Whether it is the bounded form.</param>
internal sealed class Run(bool isShort)
{
    private readonly List<Row> rows = [];
    private readonly List<string> notes = [];

    public bool IsShort => isShort;

    public IReadOnlyList<Row> Rows => rows;

    /// <summary>What could not be measured here, and why; a sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    public void Add(Row row) => rows.Add(row);

    public void Note(string sentence) => notes.Add(sentence);

    /// <summary>One of two sizes: of the whole form, or of the short one.</summary>
    public T Of<T>(T whole, T inShort) => isShort ? inShort : whole;
}
