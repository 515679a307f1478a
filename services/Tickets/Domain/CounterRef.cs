namespace SmartQueue.Tickets.Domain;

/// <summary>A counter as a ticket names it.</summary>
/// <param name="Id">Whose only one ticket can be at a time.</param>
/// <param name="Name">What people are told.</param>
internal sealed record CounterRef(string Id, string Name);
