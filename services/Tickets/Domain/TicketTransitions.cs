using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using static SmartQueue.Contracts.TicketStatus;

namespace SmartQueue.Tickets.Domain;

/// <summary>Which status may follow which: the one table every move is checked against.</summary>
internal static class TicketTransitions
{
    /// <summary>The statuses that may follow <paramref name="status"/>.</summary>
    public static IReadOnlyList<TicketStatus> From(TicketStatus status) =>
        status switch
        {
            Waiting => [Waiting, Called, Parked, Cancelled, Transferred, Expired],
            Called => [Called, Serving, Served, NoShow, Waiting, Parked, Cancelled, Transferred, Expired],
            Serving => [Served, Parked, Transferred, Expired],
            Parked => [Waiting, Cancelled, Expired],
            NoShow => [Waiting],
            Served or Cancelled or Transferred or Expired => [],
        };

    /// <summary>Whether a ticket in this status is in the line or at a counter, and so takes one of the queue's places.</summary>
    public static bool IsOpen(this TicketStatus status) => status is Waiting or Called or Serving or Parked;

    /// <summary>Whether a ticket in this status occupies its counter.</summary>
    public static bool HoldsCounter(this TicketStatus status) => status is Called or Serving;

    /// <summary>The status as it is on the wire.</summary>
    public static string Wire(this TicketStatus status) =>
        status switch
        {
            Waiting => "waiting",
            Called => "called",
            Serving => "serving",
            Parked => "parked",
            Served => "served",
            Cancelled => "cancelled",
            NoShow => "no_show",
            Transferred => "transferred",
            Expired => "expired",
        };

    /// <summary>Reads a status from the wire.</summary>
    public static TicketStatus? Read(string? text) =>
        Enum.GetValues<TicketStatus>().Where(s => s.Wire() == text).Select(s => (TicketStatus?)s).FirstOrDefault();

    /// <summary>Refuses a move the table does not have.</summary>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c>, naming what is allowed.</exception>
    public static void Require(TicketStatus from, TicketStatus to)
    {
        if (!From(from).Contains(to))
            throw Invalid(from, $"It is {from.Wire()} and cannot become {to.Wire()}");
    }

    /// <summary>The refusal of a move.</summary>
    public static RefusedException Invalid(TicketStatus from, string why)
    {
        var allowed = From(from).Where(s => s != from).Select(Wire).ToList();
        return new RefusedException(
            ErrorCodes.InvalidTransition,
            allowed.Count == 0 ? $"{why}: nothing follows {from.Wire()}." : $"{why}. Allowed from here: {string.Join(", ", allowed)}."
        );
    }
}
