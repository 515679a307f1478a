using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting.Auth;

/// <summary>
/// Keeps the revoked tokens of this process up to date. A question every few seconds, since an event could be missed, and a process that
/// has just started has heard none. While the user service is away what is known stays: the others go on without it.
/// </summary>
internal sealed class RevokedTokenPoll(IRevokedTokenSource source, RevokedTokens tokens, TimeProvider time, ILogger<RevokedTokenPoll> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                limit.CancelAfter(MaxTime);
                tokens.Revoke(await source.ReadAsync(limit.Token));
                failed = false;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            // Its store, too, may not be there yet.
            catch (Exception e)
            {
                if (!failed)
                    HostingLog.RevokedTokensUnknown(log, e.GetType().Name);
                failed = true;
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
