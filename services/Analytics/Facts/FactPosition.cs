using System.Globalization;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Facts;

/// <summary>Where a ticket stands in a list by time: the ticket's id parts those of the same millisecond.</summary>
internal sealed record FactPosition(DateTimeOffset CreatedAt, string TicketId)
{
    private const char Separator = ' ';

    /// <summary>The position of a fact, for a cursor.</summary>
    public static string Of(TicketFact fact) =>
        string.Create(CultureInfo.InvariantCulture, $"{fact.CreatedAt.ToUnixTimeMilliseconds()}{Separator}{fact.TicketId}");

    /// <summary>The position the page begins after; <c>null</c> for the first page.</summary>
    /// <exception cref="Hosting.Errors.RefusedException">The cursor is not one of this list.</exception>
    public static FactPosition? After(PageRequest page)
    {
        if (page.After is not { } position)
            return null;
        var end = position.IndexOf(Separator, StringComparison.Ordinal);
        if (
            end > 0
            && long.TryParse(position.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        )
            return new FactPosition(DateTimeOffset.FromUnixTimeMilliseconds(at), position[(end + 1)..]);
        var errors = new FieldErrors();
        errors.Add("cursor", "must be a cursor from an earlier answer");
        errors.ThrowIfAny();
        return null;
    }
}
