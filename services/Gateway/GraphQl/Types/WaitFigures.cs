namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How long people of one kind waited.</summary>
/// <param name="Called">How many were ever called.</param>
/// <param name="WaitTime">Their waits.</param>
/// <param name="ServiceLevel">Share called within the queue's <c>slaWaitTime</c>.</param>
internal sealed record WaitFigures(int Called, DurationFigures WaitTime, double? ServiceLevel);
