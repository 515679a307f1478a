namespace SmartQueue.Tickets.Storage;

/// <summary>
/// When each line is looked at next, so that looking after lines costs by what is due. A line has a turn at once when somebody comes into an
/// empty one or back into one, and when its queue's definition changes.
/// </summary>
internal interface ILineTurns
{
    /// <summary>Takes the line whose turn is the most overdue, so that no other process does meanwhile.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="until">Until when it is this process's, UTC. If that dies, another may have it then.</param>
    /// <param name="furthest">No turn is further away than this, UTC, except by a clock that was ahead.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns><c>null</c> while no line has a turn.</returns>
    Task<LineTurn?> ClaimAsync(DateTimeOffset now, DateTimeOffset until, DateTimeOffset furthest, CancellationToken cancellationToken);

    /// <summary>Ends a turn. Where something happened meanwhile that asks for the next one at once, that stands; where nobody is in the
    /// line, there is none.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="next">When the next one is, UTC.</param>
    /// <param name="dueAt">The first moment at which somebody in it, or who comes now, may have to go, UTC.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task EndAsync(LineTurn turn, DateTimeOffset next, DateTimeOffset dueAt, CancellationToken cancellationToken);
}
