using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Tests;

/// <summary>A condition that holds or not as the test wants.</summary>
internal sealed class FakeCondition : IStorageCondition
{
    public Func<CancellationToken, Task> Require { get; set; } = _ => Task.CompletedTask;

    public string? Concern { get; set; }

    public Task RequireAsync(CancellationToken cancellationToken) => Require(cancellationToken);
}
