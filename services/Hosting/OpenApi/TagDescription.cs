namespace SmartQueue.Hosting.OpenApi;

/// <summary>What is found under a heading of the interface document.</summary>
internal sealed record TagDescription(string Name, string Description);
