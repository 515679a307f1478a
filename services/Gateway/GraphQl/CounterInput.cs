namespace SmartQueue.Gateway.GraphQl;

/// <summary>A place where customers are served.</summary>
internal sealed record CounterInput(string Name);
