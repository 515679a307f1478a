using Microsoft.Extensions.Hosting;
using SmartQueue.Hosting.Storage;
using SmartQueue.Users.Credentials;

namespace SmartQueue.Users;

/// <summary>Reads the signing keys at the start, so that a key file that cannot be taken over stops it. Where the database is waited for,
/// they are read when a token is first made or checked.</summary>
internal sealed class SigningKeyStart(KeyRing keys, StorageReadiness storage) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        storage.IsReady ? keys.GetConfigurationAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
