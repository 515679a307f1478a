namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How a set of durations is spread, in seconds.</summary>
internal sealed record DurationFigures(double? Mean, double? P50, double? P90, double? P95, double? Max);
