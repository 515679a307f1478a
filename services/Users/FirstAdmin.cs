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
    public const string DefaultEmail = "admin@smartqueue.local";

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>Makes it if there is no admin. Of several processes that try at once, one makes it.</summary>
    internal async Task EnsureAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (await store.CountAdminsAsync(cancellationToken) > 0) return;
        var email = options.AdminEmail ?? DefaultEmail;
        var password = options.AdminPassword ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        var hash = await passwords.HashAsync(password, cancellationToken);
        try
        {
            await store.AddAsync(Account.Register(time.NewId(), "Administrator", email, null, Roles.Admin, hash, time.Now()), null, null, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.EmailTaken)
        {
            // Another process made the account in the same moment, or somebody else has the address: nobody is made admin by taking it first.
            if (await store.CountAdminsAsync(cancellationToken) == 0) UsersLog.AdminAddressTaken(log);
            return;
        }

        // Standard output, not the log: logs are kept and shipped.
        if (options.AdminPassword is null)
            await output.WriteLineAsync($"First start: sign in as {email} with the password {password} and change it. It is not shown again.");
    }

    /// <summary>Before the process says that it is ready, unless it has to wait for its database.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!storage.IsReady || !await TryAsync(cancellationToken)) await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.ReadyAsync(stoppingToken);
            while (!await TryAsync(stoppingToken)) await Task.Delay(Delay, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping before the storage was there: the next start makes it.
        }
    }

    private async Task<bool> TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await EnsureAsync(Console.Out, stoppingToken);
            return true;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            UsersLog.AdminNotMade(log, e, Delay);
            return false;
        }
    }
}
