using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Users;

/// <summary>Makes the first admin: from <c>ADMIN_EMAIL</c> and <c>ADMIN_PASSWORD</c>, else with a password that is printed once.</summary>
internal sealed class FirstAdmin(
    IUserStore store, StorageReadiness storage, Passwords passwords, UsersOptions options, TimeProvider time, ILogger<FirstAdmin> log) : BackgroundService
{
    private const string DefaultEmail = "admin@smartqueue.local";

    public override Task StartAsync(CancellationToken cancellationToken) =>
        // Before the process says that it is ready, unless it has to wait for its database.
        storage.IsReady ? MakeAsync(cancellationToken) : base.StartAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.ReadyAsync(stoppingToken);
            await MakeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping before the storage was there: the next start makes it.
        }
    }

    private async Task MakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await store.CountAdminsAsync(stoppingToken) > 0) return;
            var email = options.AdminEmail ?? DefaultEmail;
            var password = options.AdminPassword ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
            var hash = await passwords.HashAsync(password, stoppingToken);
            await store.AddAsync(Account.Register(time.NewId(), "Administrator", email, null, Roles.Admin, hash, time.Now()), null, null, stoppingToken);
            // Standard output, not the log: logs are kept and shipped.
            if (options.AdminPassword is null)
                await Console.Out.WriteLineAsync($"First start: sign in as {email} with the password {password} and change it. It is not shown again.");
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.EmailTaken)
        {
            // Another process made the account in the same moment; or somebody else has the address, who must not become admin by it.
            if (await store.CountAdminsAsync(stoppingToken) == 0) UsersLog.NoAdmin(log);
        }
    }
}
