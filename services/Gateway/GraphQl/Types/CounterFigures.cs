namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What a counter did.</summary>
internal sealed record CounterFigures(string Counter, int Served, double? MeanServiceTime);
