using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>Clients that are not ours, against one process.</summary>
public sealed class OtherClientTests
{
    [Theory]
    [InlineData("graphql.mjs", false)]
    [InlineData("signalr.mjs", true)]
    public async Task A_client_from_npm_gets_on_with_it(string script, bool takesTwoAddresses)
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        using var admin = new SystemClient(system.Address);
        await admin.SignInAsync();
        var addresses = Enumerable.Repeat(system.Address.ToString(), takesTwoAddresses ? 2 : 1);
        await NodeClients.RunAsync(script, [.. addresses, admin.AccessToken!]);
    }
}
