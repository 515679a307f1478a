using System.Globalization;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>
/// Where an open ticket stands in the list of its line: at counters first, in the order they were called, then waiting with an
/// appointment and without one, each as they will be called, then set aside. A page goes on behind such a position, so it skips nobody who stood there all the time.
/// </summary>
/// <param name="Part">Which of the four.</param>
/// <param name="Key">When it was called, milliseconds; its order for the others.</param>
/// <param name="TicketId">The ticket, which tells equals apart.</param>
internal sealed record LinePosition(LinePart Part, long Key, string TicketId) : IComparable<LinePosition>
{
    public static LinePosition Of(Ticket ticket) =>
        ticket.Status switch
        {
            TicketStatus.Waiting => new(ticket.Turn is null ? LinePart.Waiting : LinePart.Booked, ticket.Order, ticket.Id),
            TicketStatus.Parked => new(LinePart.Parked, ticket.Order, ticket.Id),
            _ => new(LinePart.AtCounter, ticket.CalledAt?.ToUnixTimeMilliseconds() ?? 0, ticket.Id),
        };

    /// <summary>What <see cref="ToString"/> gave; <c>null</c> for anything else.</summary>
    public static LinePosition? Parse(string text) =>
        text.Split(':', 3) is [var part, var key, { Length: > 0 } id]
        && Enum.TryParse<LinePart>(part, out var known)
        && Enum.IsDefined(known)
        && long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new(known, number, id)
            : null;

    /// <inheritdoc/>
    public int CompareTo(LinePosition? other)
    {
        if (other is null)
            return 1;
        var byPart = Part.CompareTo(other.Part);
        if (byPart != 0)
            return byPart;
        var byKey = Key.CompareTo(other.Key);
        return byKey != 0 ? byKey : string.CompareOrdinal(TicketId, other.TicketId);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Part}:{Key}:{TicketId}");
}
