namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How a queue is to take appointments; what is left out takes its default.</summary>
internal sealed record BookingInput(
    int SlotLength,
    int? Places,
    IEnumerable<OpeningHoursInput>? Hours,
    int? Earliest,
    int? Latest,
    int? Horizon,
    int? Early,
    int? Late,
    int? InARow
);
