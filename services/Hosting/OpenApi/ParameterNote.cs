namespace SmartQueue.Hosting.OpenApi;

/// <summary>What a parameter of that name is.</summary>
internal sealed record ParameterNote(string Name, string Description);
