namespace SmartQueue.Estimates;

/// <summary>The latest so many of something, newest first.</summary>
internal sealed class Ring<T>(int capacity)
{
    private readonly T[] items = new T[capacity];
    private int next;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The newest is 0.</summary>
    public T this[int age] => items[(next - 1 - age + 2 * capacity) % capacity];

    /// <summary>Adds one; the oldest goes.</summary>
    public void Add(T item)
    {
        items[next] = item;
        next = (next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    /// <summary>How many of the newest satisfy a condition without a break.</summary>
    public int CountWhile(Func<T, bool> condition)
    {
        var count = 0;
        while (count < Count && condition(this[count])) count++;
        return count;
    }

    /// <summary>All, newest first.</summary>
    public IEnumerable<T> Newest()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }
}
