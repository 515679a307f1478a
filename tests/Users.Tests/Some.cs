using SmartQueue.Hosting.Auth;

namespace SmartQueue.Users.Tests;

/// <summary>Accounts for tests.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static AccountChange Registered(string email = "ada@example.com", string name = "Ada", string role = Roles.User) =>
        Account.Register(Guid.CreateVersion7().ToString(), name, email, "+49 123 456", role, "hash", Noon);

    public static Session SessionOf(Account account, string token = "token", TimeSpan? lifetime = null) =>
        new(Guid.CreateVersion7().ToString(), account.Id, account.SessionEpoch, token, Noon + (lifetime ?? TimeSpan.FromDays(7)));
}
