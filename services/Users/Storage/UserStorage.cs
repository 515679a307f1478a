using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Modules;
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
                SqliteUsersSchema.Steps,
                MongoUsersSchema.Steps,
                MongoUserStore.Accounts,
                MongoUserStore.Invitations
            )
            .Add<IUserStore, SqliteUserStore, MongoUserStore>();
}
