namespace SmartQueue.Testing;

/// <summary>Something that a client asked and was answered.</summary>
/// <typeparam name="TCall">What was asked, with its answer.</typeparam>
/// <param name="Call">It.</param>
/// <param name="Begun">When it was asked first, on a clock that all clients share.</param>
/// <param name="Ended">When the answer was there.</param>
public sealed record Operation<TCall>(TCall Call, long Begun, long Ended);

/// <summary>
/// Looks for an order in which one client alone could have been given all these answers: every operation at one moment between its
/// question and its answer. After Wing and Gong, with what Lowe added: a set of done operations that led to a state before leads nowhere
/// new.
/// </summary>
public static class Linearizability
{
    /// <summary>Whether there is such an order; if not, the first operations of the longest way there was, and those that would not follow.</summary>
    /// <param name="history">All operations on what the state is of.</param>
    /// <param name="initial">The state before; a value by which two are compared.</param>
    /// <param name="next">The state after a call in a state, or <c>null</c> where its answer would be wrong.</param>
    /// <param name="why">What is wrong.</param>
    public static bool Holds<TCall, TState>(
        IReadOnlyList<Operation<TCall>> history,
        TState initial,
        Func<TState, TCall, TState?> next,
        out string why
    )
        where TState : class, IEquatable<TState>
    {
        var operations = history.OrderBy(o => o.Begun).ToList();
        var done = new bool[operations.Count];
        var seen = new HashSet<(string Done, TState State)>();
        var way = new Stack<(int Index, TState Before, int NextTry)>();
        var state = initial;
        var from = 0;
        List<int> longest = [];
        List<int> stuck = [];
        while (way.Count < operations.Count)
        {
            var chosen = -1;
            // Nothing may come before what had been answered when it was asked.
            var limit = long.MaxValue;
            for (var i = 0; i < operations.Count; i++)
            {
                if (!done[i])
                    limit = Math.Min(limit, operations[i].Ended);
            }

            for (var i = from; i < operations.Count && operations[i].Begun <= limit; i++)
            {
                if (done[i] || next(state, operations[i].Call) is not { } after)
                    continue;
                done[i] = true;
                if (seen.Add((Key(done), after)))
                {
                    way.Push((i, state, i + 1));
                    state = after;
                    chosen = i;
                    break;
                }

                done[i] = false;
            }

            if (chosen >= 0)
            {
                from = 0;
                continue;
            }

            if (way.Count >= longest.Count)
            {
                longest = [.. way.Reverse().Select(w => w.Index)];
                stuck = [.. Enumerable.Range(0, operations.Count).Where(i => !done[i] && operations[i].Begun <= limit)];
            }

            if (way.Count == 0)
            {
                why =
                    $"No order explains it. After {string.Join(", ", longest.TakeLast(12).Select(i => operations[i].Call))} "
                    + $"none of these may follow: {string.Join(", ", stuck.Select(i => operations[i].Call))}.";
                return false;
            }

            var (index, before, again) = way.Pop();
            done[index] = false;
            state = before;
            from = again;
        }

        why = "";
        return true;
    }

    private static string Key(bool[] done) => string.Create(done.Length, done, (text, all) =>
        {
            for (var i = 0; i < all.Length; i++)
                text[i] = all[i] ? '1' : '0';
        });
}
