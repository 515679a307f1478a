using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Tests;

/// <summary>A storage that is there or away as the test wants.</summary>
internal sealed class FakeSchema : ISchema
{
    public string Service => "tickets";

    public int Target => 2;

    public int Asked { get; private set; }

    /// <summary>What a question comes to.</summary>
    public Func<CancellationToken, Task<int>> Version { get; set; } = _ => Task.FromResult(2);

    /// <summary>What an upgrade comes to.</summary>
    public Func<CancellationToken, Task> Upgrade { get; set; } = _ => Task.CompletedTask;

    public Task<int> VersionAsync(CancellationToken cancellationToken)
    {
        Asked++;
        return Version(cancellationToken);
    }

    public Task UpgradeAsync(CancellationToken cancellationToken) => Upgrade(cancellationToken);
}
