using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Users.Storage;

/// <summary>Registers where accounts are kept.</summary>
internal static class UserStorage
{
    public static void AddUserStorage(this IServiceCollection services, ModuleContext context) =>
        services
            .AddStorage(
                context,
                ServiceNames.Users,
                () => SqliteUsersSchema.Steps,
                () => MongoUsersSchema.Steps,
                MongoUserStore.Users,
                MongoUserStore.Invitations
            )
            .Add<IUserStore, SqliteUserStore, MongoUserStore>();

    /// <summary>The storage alone, of the version of this process, for commands.</summary>
    /// <exception cref="StartupException">It cannot be used, as while the service has its file.</exception>
    public static async Task<ServiceProvider> OpenAsync(ModuleContext context, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddUserStorage(context);
        var provider = services.BuildServiceProvider();
        try
        {
            foreach (var schema in provider.GetServices<ISchema>())
                await schema.UpgradeAsync(cancellationToken);
            return provider;
        }
        catch (Exception e)
        {
            await provider.DisposeAsync();
            if (StorageFaults.IsAway(e))
                throw new StartupException("The storage of users does not answer; try again when it does.", e);
            throw;
        }
    }
}
