namespace SmartQueue.Estimates;

/// <summary>
/// Sorted keys that know their rank: a treap with subtree sizes (Seidel and Aragon 1996). Adding, removing, ranking and picking by rank
/// take about log2 n steps, so that the position of one of 10,000 is not counted one by one.
/// </summary>
/// <typeparam name="TKey">What is sorted; no two are equal.</typeparam>
public sealed class OrderIndex<TKey>(IComparer<TKey> comparer)
{
    private readonly Random heights = new(1);
    private Node? root;

    /// <summary>How many keys there are.</summary>
    public int Count => Size(root);

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(TKey key)
    {
        var (before, after) = Split(root, key);
        root = Join(Join(before, new Node(key, heights.Next())), after);
    }

    /// <summary>Removes a key if it is there.</summary>
    public void Remove(TKey key) => root = Remove(root, key);

    /// <summary>How many keys come before this one, be it there or not.</summary>
    public int Rank(TKey key)
    {
        var rank = 0;
        for (var node = root; node is not null; )
        {
            if (comparer.Compare(node.Key, key) < 0)
            {
                rank += Size(node.Left) + 1;
                node = node.Right;
            }
            else
            {
                node = node.Left;
            }
        }

        return rank;
    }

    /// <summary>The key that has so many before it.</summary>
    public TKey At(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Count);
        var node = root!;
        while (rank != Size(node.Left))
        {
            if (rank < Size(node.Left))
            {
                node = node.Left!;
            }
            else
            {
                rank -= Size(node.Left) + 1;
                node = node.Right!;
            }
        }

        return node.Key;
    }

    private static int Size(Node? node) => node?.Size ?? 0;

    private static Node? Join(Node? before, Node? after)
    {
        if (before is null)
            return after;
        if (after is null)
            return before;
        if (before.Height > after.Height)
        {
            before.Right = Join(before.Right, after);
            return before.Measured();
        }

        after.Left = Join(before, after.Left);
        return after.Measured();
    }

    private (Node? Before, Node? After) Split(Node? node, TKey key)
    {
        if (node is null)
            return (null, null);
        if (comparer.Compare(node.Key, key) < 0)
        {
            (node.Right, var after) = Split(node.Right, key);
            return (node.Measured(), after);
        }

        (var before, node.Left) = Split(node.Left, key);
        return (before, node.Measured());
    }

    private Node? Remove(Node? node, TKey key)
    {
        if (node is null)
            return null;
        var order = comparer.Compare(key, node.Key);
        if (order == 0)
            return Join(node.Left, node.Right);
        if (order < 0)
            node.Left = Remove(node.Left, key);
        else
            node.Right = Remove(node.Right, key);
        return node.Measured();
    }

    private sealed class Node(TKey key, int height)
    {
        public TKey Key => key;

        public int Height => height;

        public int Size { get; private set; } = 1;

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public Node Measured()
        {
            Size = OrderIndex<TKey>.Size(Left) + OrderIndex<TKey>.Size(Right) + 1;
            return this;
        }
    }
}
