namespace SmartQueue.Estimates;

/// <summary>The latest so many of something, newest first. It takes memory for what it holds: most lines are quiet.</summary>
internal sealed class Ring<T>(int capacity)
{
    private const int FirstRoom = 4;

    private T[] items = [];
    private int next;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many there is memory for now.</summary>
    public int Room => items.Length;

    /// <summary>The newest is 0.</summary>
    public T this[int age] => items[(next - 1 - age + 2 * items.Length) % items.Length];

    /// <summary>Adds one; the oldest goes.</summary>
    public void Add(T item)
    {
        if (Count == items.Length && Count < capacity)
        {
            // Nothing has been overwritten yet, so the oldest is at the beginning.
            Array.Resize(ref items, Math.Min(capacity, Math.Max(FirstRoom, 2 * Count)));
            next = Count;
        }

        items[next] = item;
        next = (next + 1) % items.Length;
        Count = Math.Min(Count + 1, items.Length);
    }

    /// <summary>All that it holds, newest first, at most its capacity.</summary>
    public IEnumerable<T> Newest()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }
}
