namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How punctual those were who came for an appointment. On time is at most five minutes before its time or after it.</summary>
/// <param name="Early">How many came earlier.</param>
/// <param name="OnTime">How many came on time.</param>
/// <param name="Late">How many came later.</param>
/// <param name="MeanDelay">Seconds from the appointment's time to coming, mean: below 0 they came before it.</param>
internal sealed record ArrivalFigures(int Early, int OnTime, int Late, double? MeanDelay);
