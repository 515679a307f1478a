using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>A counter's next state, and the event that says so.</summary>
internal sealed record CounterChange(Counter Next, IEvent Event);
