using SmartQueue.Analytics.Rollups;

namespace SmartQueue.Analytics.Figures;

/// <summary>How long people of one kind waited. Durations are seconds.</summary>
/// <param name="Called">How many were ever called.</param>
/// <param name="WaitTime">Their waits.</param>
/// <param name="ServiceLevel">Share of them, from 0 to 1, called within the queue's present <c>slaWaitTime</c>; <c>null</c> without any.</param>
internal sealed record WaitFigures(int Called, DurationFigures WaitTime, double? ServiceLevel);
