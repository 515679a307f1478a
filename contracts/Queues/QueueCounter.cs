namespace SmartQueue.Contracts;

/// <summary>A place where customers are served.</summary>
/// <param name="Name">What the screen shows, such as <c>3</c>.</param>
public sealed record QueueCounter(string Name)
{
    /// <summary>The counter. In a definition, <c>null</c> means the counter of the name, which is made where there is none; an id stands
    /// there once the name has followed its counter's.</summary>
    public string? Id { get; init; }
}
