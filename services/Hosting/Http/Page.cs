namespace SmartQueue.Hosting.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">What it holds.</param>
/// <param name="NextCursor">Where the next page begins; <c>null</c> on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Makes a page of rows fetched with one more than its limit, which tells whether there is a next one.</summary>
    /// <param name="rows">At most <c>limit + 1</c> rows in list order.</param>
    /// <param name="request">The page asked for.</param>
    /// <param name="position">The position of a row in the list order, that <see cref="PageRequest.After"/> gives back.</param>
    public static Page<T> Of(IReadOnlyList<T> rows, PageRequest request, Func<T, string> position) =>
        rows.Count <= request.Limit
            ? new(rows, null)
            : new([.. rows.Take(request.Limit)], PageRequest.CursorAt(position(rows[request.Limit - 1])));

    /// <summary>The same page of other items.</summary>
    public Page<TOther> Map<TOther>(Func<T, TOther> map) => new([.. Items.Select(map)], NextCursor);
}
