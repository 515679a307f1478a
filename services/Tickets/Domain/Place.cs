namespace SmartQueue.Tickets.Domain;

/// <summary>A place taken in a line.</summary>
/// <param name="Number">The number of the ticket that will stand there.</param>
/// <param name="Order">Where it stands. See <see cref="LineOrder"/>.</param>
/// <param name="Ahead">How many waiting tickets come before it.</param>
internal sealed record Place(PlaceNumber Number, long Order, int Ahead);
