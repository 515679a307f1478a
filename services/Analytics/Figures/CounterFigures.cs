namespace SmartQueue.Analytics.Figures;

/// <summary>What one counter did with the tickets of the range.</summary>
/// <param name="Counter">The counter that served.</param>
/// <param name="Served">Tickets it served.</param>
/// <param name="MeanServiceTime">Seconds of service, mean.</param>
internal sealed record CounterFigures(string Counter, int Served, double? MeanServiceTime);
