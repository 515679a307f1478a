namespace SmartQueue.Gateway.Tests;

/// <summary>One system for the tests of a class.</summary>
public sealed class SharedSystem : IAsyncLifetime
{
    internal WholeSystem System { get; private set; } = null!;

    internal HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        System = await WholeSystem.StartAsync(
            new Dictionary<string, string?>
            {
                ["RATE_LIMIT_PER_ACCOUNT"] = "0",
                ["RATE_LIMIT_PER_ADDRESS"] = "0",
                ["VAPID_SUBJECT"] = "mailto:admin@example.com",
            }
        );
        Admin = await System.AdminAsync();
    }

    public ValueTask DisposeAsync() => System.DisposeAsync();
}
