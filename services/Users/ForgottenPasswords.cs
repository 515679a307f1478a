using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Errors;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Http;

namespace SmartQueue.Users;

/// <summary>
/// Sees to forgotten passwords after they have been answered: so the answer takes as long for an address without an account as for one
/// with. What is lost in a crash is asked for again.
/// </summary>
internal sealed class ForgottenPasswords(LinkDesk desk, LoginThrottle throttle, ILogger<ForgottenPasswords> log) : BackgroundService
{
    private const int MaxWaiting = 1000;

    private readonly Channel<(string Email, string? Language)> asked = Channel.CreateBounded<(string, string?)>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true }
    );

    /// <summary>Somebody says that they have forgotten their password.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> for too many from one network; <c>SERVICE_UNAVAILABLE</c>: too many wait
    /// already.</exception>
    public void Ask(string email, SignInClient client)
    {
        throttle.AskForLink(client.Network);
        // Without a word: what was mailed before is still good, and who asks may not be who is mailed.
        if (!throttle.MayMail(email))
            return;
        if (!asked.Writer.TryWrite((email, client.Language)))
            throw new RefusedException(ErrorCodes.ServiceUnavailable, "Too many people ask for a link right now. Try again in a moment.")
            {
                RetryAfter = TimeSpan.FromSeconds(30),
            };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (email, language) in asked.Reader.ReadAllAsync(stoppingToken))
                await SeeToAsync(email, language, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: anyone who still waits for a mail asks again.
        }
    }

    private async Task SeeToAsync(string email, string? language, CancellationToken stoppingToken)
    {
        try
        {
            await desk.MailResetAsync(email, language, stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            UsersLog.ForgottenFailed(log, e);
        }
    }
}
