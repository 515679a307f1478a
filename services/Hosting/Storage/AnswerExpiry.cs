using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Storage;

/// <summary>Drops answers that have been kept as long as <see cref="Idempotency.KeptFor"/> says: they repeat what people typed, though
/// sealed.</summary>
internal sealed class AnswerExpiry(IEnumerable<KeptAnswers> kept, TimeProvider time, ILogger<AnswerExpiry> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var answers in kept)
                    await DropAsync(answers, stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the next start drops them at once.
        }
    }

    private async Task DropAsync(KeptAnswers answers, CancellationToken stoppingToken)
    {
        try
        {
            await answers.DropAsync(time.Now() - Idempotency.KeptFor, stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            HostingLog.AnswersNotDropped(log, e, answers.Service, Interval);
        }
    }
}
