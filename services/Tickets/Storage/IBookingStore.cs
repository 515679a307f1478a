using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>Keeps who is expected in the lines, without who they are.</summary>
internal interface IBookingStore
{
    /// <summary>Keeps one unless a later version of it is kept already, and drops those of its line that are two days old.</summary>
    Task SaveAsync(Booking booking, CancellationToken cancellationToken);

    /// <summary>When those begin who are expected in a line between two moments, UTC, in order.</summary>
    Task<IReadOnlyList<DateTimeOffset>> ExpectedAsync(
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancellationToken
    );
}
