using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>Lets a lost admin in again: a one-time link for anyone who runs the system and so may read its storage.</summary>
internal static class AdminReset
{
    /// <summary>Makes the link, and says for whom.</summary>
    /// <param name="context">Where the accounts are.</param>
    /// <param name="email">Which admin; <c>null</c> where there is one only.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="StartupException">There is no such admin, or the storage cannot be used, as while the service has its
    /// file.</exception>
    public static async Task<(string Email, string Link)> RunAsync(
        ModuleContext context,
        string? email,
        CancellationToken cancellationToken
    )
    {
        await using var storage = await UserStorage.OpenAsync(context, cancellationToken);
        return await RunAsync(
            storage.GetRequiredService<IUserStore>(),
            new AccountLinks(UsersOptions.From(context), TimeProvider.System),
            email?.ToLowerInvariant(),
            cancellationToken
        );
    }

    internal static async Task<(string Email, string Link)> RunAsync(
        IUserStore store,
        AccountLinks links,
        string? email,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var admin = Choose(
                [
                    .. (await store.ListAsync(Roles.Admin, null, null, PageRequest.First(200), cancellationToken)).Where(a =>
                        a.DisabledAt is null
                    ),
                ],
                email
            );
            var (change, link, _) = links.PrintedReset(admin);
            if (await store.SaveAsync(change, admin.Version, answer: null, cancellationToken))
                return (admin.Email, link);
        }
    }

    private static Account Choose(IReadOnlyList<Account> admins, string? email)
    {
        if (admins.Count == 0)
            throw new StartupException("There is no admin yet; the first start makes one.");
        if (email is null && admins.Count > 1)
            throw new StartupException(
                $"There are several admins; name one of them with --email: {string.Join(", ", admins.Select(a => a.Email))}."
            );
        return admins.FirstOrDefault(a => email is null || a.Email == email)
            ?? throw new StartupException(
                $"There is no admin with that address; there is {string.Join(", ", admins.Select(a => a.Email))}."
            );
    }
}
