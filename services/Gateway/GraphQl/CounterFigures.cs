namespace SmartQueue.Gateway.GraphQl;

/// <summary>What a counter did.</summary>
internal sealed record CounterFigures(string Counter, int Served, double? MeanServiceTime);
