using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>Makes the first admin: from <c>ADMIN_EMAIL</c> and <c>ADMIN_PASSWORD</c>, else with a one-time link to the page that
/// sets up the place, printed once.</summary>
internal sealed class FirstAdmin(
    IUserStore store,
    StorageReadiness storage,
    Passwords passwords,
    AccountLinks links,
    UsersOptions options,
    TimeProvider time,
    ILogger<FirstAdmin> log
) : BackgroundService
{
    public const string DefaultEmail = "admin@smartqueue.local";

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>Makes it if there is no admin. Of several processes that try at once, one makes it.</summary>
    internal async Task EnsureAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (await store.CountAdminsAsync(cancellationToken) > 0)
            return;
        var email = options.AdminEmail ?? DefaultEmail;
        // Until the link is used no password opens it.
        var hash = options.AdminPassword is null ? "" : await passwords.HashAsync(options.AdminPassword, known: true, cancellationToken);
        var change = Account.Register(time.NewId(), "Administrator", email, null, Roles.Admin, hash, time.Now());
        // The one who runs the system chose the address.
        change = change with { Next = change.Next with { EmailVerified = true } };
        string? link = null;
        if (options.AdminPassword is null)
        {
            (var linked, link, _) = links.FirstRun(change.Next);
            change = change with { Next = linked.Next with { Version = 1 } };
        }

        try
        {
            await store.AddAsync(change, null, null, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.EmailTaken)
        {
            // Another process made the account in the same moment, or somebody else has the address: nobody is made admin by taking it
            // first.
            if (await store.CountAdminsAsync(cancellationToken) == 0)
                UsersLog.AdminAddressTaken(log);
            return;
        }

        // Standard output, not the log: logs are kept and shipped.
        if (link is not null)
            await output.WriteLineAsync(
                $"First start: choose the password of {email} and set up your place at {link} within 7 days. The link is good once and not shown again; ./run reset-admin makes another."
            );
    }

    /// <summary>Before the process says that it is ready, unless it has to wait for its database.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!storage.IsReady || !await TryAsync(cancellationToken))
            await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.ReadyAsync(stoppingToken);
            while (!await TryAsync(stoppingToken))
                await Task.Delay(Delay, time, stoppingToken);
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
