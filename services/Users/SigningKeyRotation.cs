using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>Adds a signing key, so that the one before can be retired.</summary>
internal static class SigningKeyRotation
{
    /// <summary>Adds it, and says where.</summary>
    /// <param name="context">Where the keys are.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="StartupException">The key file or the storage cannot be used, as while the service has its file.</exception>
    public static async Task<string> RunAsync(ModuleContext context, CancellationToken cancellationToken)
    {
        var options = UsersOptions.From(context);
        if (options.SigningKeyFile is { } file)
        {
            SigningKeyFile.Rotate(file);
            return file;
        }

        await using var storage = await UserStorage.OpenAsync(context, cancellationToken);
        var keys = new StoredKeys(storage.GetRequiredService<IUserStore>(), options, TimeProvider.System, NullLogger<StoredKeys>.Instance);
        await keys.RotateAsync(cancellationToken);
        return storage.GetRequiredService<StoreView>().Place;
    }
}
