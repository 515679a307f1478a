namespace SmartQueue.Tickets.Domain;

/// <summary>A place taken in a line.</summary>
/// <param name="Number">The next free number of the service day.</param>
/// <param name="ServiceDay">The day it belongs to.</param>
/// <param name="Order">The end of the line. See <see cref="LineOrder"/>.</param>
/// <param name="Ahead">How many waiting tickets come before it.</param>
internal sealed record Place(int Number, DateOnly ServiceDay, long Order, int Ahead);
