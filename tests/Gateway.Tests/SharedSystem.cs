namespace SmartQueue.Gateway.Tests;

/// <summary>One system for the tests of a class.</summary>
public sealed class SharedSystem : IAsyncLifetime
{
    internal WholeSystem System { get; private set; } = null!;

    internal HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        System = await WholeSystem.StartAsync();
        Admin = await System.AdminAsync();
    }

    public ValueTask DisposeAsync() => System.DisposeAsync();
}
