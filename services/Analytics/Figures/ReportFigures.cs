namespace SmartQueue.Analytics.Figures;

/// <summary>How all queues did in a range, or one of them.</summary>
/// <param name="From">Begin of the range, UTC.</param>
/// <param name="To">End of the range, UTC, exclusive.</param>
/// <param name="Total">All of the queues together, on the clock that most of them have; each ticket against the target of its own
/// queue.</param>
/// <param name="Queues">The queues that anyone joined or had an appointment in within the range, by name; or the one asked for. None where the total alone is asked for.</param>
internal sealed record ReportFigures(DateTimeOffset From, DateTimeOffset To, QueueFigures Total, IReadOnlyList<QueueFigures> Queues);
