using SmartQueue.Hosting.Outbox;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>What one transaction does to the outbox table, so that what it adds need not be read back. For one thread at a time.</summary>
internal sealed class OutboxChanges
{
    private readonly List<OutboxEntry> added = [];

    /// <summary>The entries it adds, in the order of the table.</summary>
    public IReadOnlyList<OutboxEntry> Added => added;

    /// <summary>It also changes or drops entries that may be known to others.</summary>
    public bool IsRewritten { get; private set; }

    /// <summary>An entry was added to the table.</summary>
    public void Add(OutboxEntry entry) => added.Add(entry);

    /// <summary>Entries were changed or dropped.</summary>
    public void Rewrite() => IsRewritten = true;

    /// <summary>All that was added after the first <paramref name="count"/> was undone.</summary>
    public void UndoTo(int count) => added.RemoveRange(count, added.Count - count);

    /// <summary>The transaction ended.</summary>
    public void Clear()
    {
        added.Clear();
        IsRewritten = false;
    }
}
