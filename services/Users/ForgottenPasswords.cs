using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Http;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>
/// Sees to forgotten passwords after they have been answered: so the answer takes as long for an address without an account as for one
/// with. What is lost in a crash is asked for again.
/// </summary>
internal sealed class ForgottenPasswords(
    LinkDesk desk,
    IUserStore store,
    LoginThrottle throttle,
    TimeProvider time,
    ILogger<ForgottenPasswords> log
) : BackgroundService
{
    private const int MaxWaiting = 1000;

    private readonly Channel<Question> asked = Channel.CreateBounded<Question>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true }
    );

    /// <summary>Somebody says that they have forgotten their password.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> for too many from one network; <c>SERVICE_UNAVAILABLE</c>: too many wait
    /// already.</exception>
    public Task AskAsync(string email, SignInClient client, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                Ask(email, client, key);
                // For an address without an account too, which must not be told from others.
                if (key is not null)
                    await store.KeepAnswerAsync(key.Seal(true, time.Now()), token);
                return true;
            },
            cancellationToken
        );

    private void Ask(string email, SignInClient client, IdempotencyKey? key)
    {
        throttle.AskForLink(client.Network);
        // Without a word: what was mailed before is still good, and who asks may not be who is mailed.
        if (!throttle.MayMail(email))
            return;
        if (!asked.Writer.TryWrite(new Question(email, client.Language, key?.Step("mail").Seal(true, time.Now()))))
            throw new RefusedException(ErrorCodes.ServiceUnavailable, "Too many people ask for a link right now. Try again in a moment.")
            {
                RetryAfter = TimeSpan.FromSeconds(30),
            };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var question in asked.Reader.ReadAllAsync(stoppingToken))
                await SeeToAsync(question, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: anyone who still waits for a mail asks again.
        }
    }

    private async Task SeeToAsync(Question question, CancellationToken stoppingToken)
    {
        try
        {
            await desk.MailResetAsync(question.Email, question.Language, question.Mailed, stoppingToken);
        }
        catch (DuplicateIdempotencyKeyException)
        {
            // A repeat at the same moment as the first: one mail is enough.
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            UsersLog.ForgottenFailed(log, e);
        }
    }

    private sealed record Question(string Email, string? Language, StoredResponse? Mailed);
}
