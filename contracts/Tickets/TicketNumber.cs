using System.Globalization;

namespace SmartQueue.Contracts;

/// <summary>A ticket's number as people see it: the queue's prefix, a hyphen, and the n of its day, such as <c>A-42</c>.</summary>
public static class TicketNumber
{
    /// <summary>The n of a number: 42 of <c>A-42</c>; <c>null</c> for <c>null</c> and for what is no such number.</summary>
    public static int? SequenceOf(string? ticketNumber) =>
        ticketNumber?.LastIndexOf('-') is { } at and >= 0
        && int.TryParse(ticketNumber.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : null;
}
