namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A place where customers are served.</summary>
internal sealed record CounterInput(string Name);
