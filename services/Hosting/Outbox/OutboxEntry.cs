using System.Diagnostics;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Outbox;

/// <summary>An event that waits to be published.</summary>
/// <param name="EventId">The event's id; also the message id.</param>
/// <param name="AggregateId">Whose order it keeps.</param>
/// <param name="EventType">The record's name in <c>SmartQueue.Contracts</c>.</param>
/// <param name="Payload">The event as JSON.</param>
/// <param name="OccurredAt">When it was accepted, UTC.</param>
/// <param name="TraceParent">The W3C trace context of the request that caused it.</param>
public sealed record OutboxEntry(
    string EventId,
    string AggregateId,
    string EventType,
    string Payload,
    DateTimeOffset OccurredAt,
    string? TraceParent
)
{
    private static readonly Dictionary<string, Type> Types = typeof(IEvent)
        .Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IEvent)))
        .ToDictionary(t => t.Name);

    /// <summary>Where a store that publishes by position finds it again; 0 elsewhere.</summary>
    public long Sequence { get; init; }

    /// <summary>The collection its aggregate is in; <c>null</c> elsewhere.</summary>
    public string? Source { get; init; }

    // Of an entry that was not read back.
    private IEvent? Written { get; init; }

    /// <summary>The entry of an event, caused by what runs now.</summary>
    public static OutboxEntry Of(IEvent change) =>
        new(
            change.EventId.ToString(),
            change.AggregateId,
            change.GetType().Name,
            StateJson.Write(change),
            change.OccurredAt,
            Activity.Current?.Id
        )
        {
            Written = change,
        };

    /// <summary>The event: as it was written, or read back from its JSON as the type it was written as.</summary>
    /// <exception cref="InvalidOperationException">No such event is known to this version.</exception>
    public IEvent Event() =>
        Written is not null ? Written
        : Types.TryGetValue(EventType, out var type) ? (IEvent)StateJson.Read(Payload, type)
        : throw new InvalidOperationException($"No event is named {EventType}.");
}
