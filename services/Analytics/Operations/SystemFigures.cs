namespace SmartQueue.Analytics.Operations;

/// <summary>How the services do, by their own metrics.</summary>
/// <param name="At">When they were asked, UTC.</param>
/// <param name="Services">Each of them.</param>
internal sealed record SystemFigures(DateTimeOffset At, IReadOnlyList<ServiceFigures> Services);
