using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SmartQueue.Hosting.Http;

/// <summary>Which part of a list is asked for: <c>?limit=</c> (1–200, default 50) and <c>?cursor=</c>.</summary>
public sealed class PageRequest
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxCursorLength = 512;

    /// <summary>The most items on the page.</summary>
    public int Limit { get; private init; } = DefaultLimit;

    /// <summary>The position of the last item of the page before; <c>null</c> at the beginning.</summary>
    public string? After { get; private init; }

    /// <summary>The first page of a size of one's own.</summary>
    public static PageRequest First(int limit) => new() { Limit = limit };

    /// <summary>A page of the same size behind an item.</summary>
    /// <param name="position">The item's position in the list order.</param>
    public PageRequest Behind(string position) => new() { Limit = Limit, After = position };

    /// <summary>Reads it from the query; called by the framework.</summary>
    /// <exception cref="Errors.RefusedException"><c>VALIDATION_FAILED</c> for a wrong limit or cursor.</exception>
    public static ValueTask<PageRequest?> BindAsync(HttpContext context)
    {
        var errors = new FieldErrors();
        var limit = DefaultLimit;
        if (
            context.Request.Query["limit"].FirstOrDefault() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit)
        )
            errors.Add("limit", "must be from 1 to 200");
        string? after = null;
        if (context.Request.Query["cursor"].FirstOrDefault() is { Length: > 0 } cursor && (after = PositionAt(cursor)) is null)
            errors.Add("cursor", "must be a cursor from an earlier answer");
        errors.ThrowIfAny();
        return ValueTask.FromResult<PageRequest?>(new PageRequest { Limit = limit, After = after });
    }

    internal static string CursorAt(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position));

    private static string? PositionAt(string cursor)
    {
        if (cursor.Length > MaxCursorLength || !Base64Url.IsValid(cursor))
            return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.Any(char.IsControl) || text.Contains('\uFFFD', StringComparison.Ordinal) ? null : text;
    }
}
