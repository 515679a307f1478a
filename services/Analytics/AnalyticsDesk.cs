using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Http;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Analytics.Storage;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Analytics;

internal sealed class AnalyticsDesk(IAnalyticsStore store, AnalyticsOptions options, TimeProvider time)
{
    private const int TrackedPerMinute = 60;

    /// <summary>How a queue did with the tickets created in a range; without one, on the present local day.</summary>
    /// <exception cref="RefusedException">The queue is unknown, or the range is empty or too long.</exception>
    public async Task<QueueFigures> QueueAsync(
        string queueId,
        IReadOnlyCollection<string>? branchIds,
        DateTimeOffset? from,
        DateTimeOffset? to,
        BucketSize size,
        CancellationToken cancellationToken
    )
    {
        var queue = await store.FindQueueAsync(queueId, branchIds, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue.");
        var range = TimeRange.Of(from, to, new WallClock(queue.TimeZone), time.Now());
        return QueueFigures.Of(queue, range, size, await RollupAsync(queue, range, cancellationToken));
    }

    /// <summary>How all queues of some branches did, or one of them; without a range, on the present day of <c>DEFAULT_TIME_ZONE</c>.</summary>
    /// <exception cref="RefusedException">The queue is unknown, or the range is empty or too long.</exception>
    public async Task<ReportFigures> ReportAsync(
        string? queueId,
        IReadOnlyCollection<string>? branchIds,
        DateTimeOffset? from,
        DateTimeOffset? to,
        BucketSize size,
        CancellationToken cancellationToken
    )
    {
        var clock = new WallClock(options.TimeZone);
        var range = TimeRange.Of(from, to, clock, time.Now());
        IReadOnlyList<QueueProfile> queues = queueId is null
            ? await store.QueuesAsync(branchIds, cancellationToken)
            :
            [
                await store.FindQueueAsync(queueId, branchIds, cancellationToken)
                    ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue."),
            ];
        var total = new Rollup();
        var withinTarget = 0;
        var figures = new List<QueueFigures>();
        foreach (var queue in queues)
        {
            var rollup = await RollupAsync(queue, range, cancellationToken);
            if (rollup.Created == 0 && queueId is null)
                continue;
            total.Add(rollup);
            withinTarget += rollup.Waits.Within(queue.SlaWaitTime);
            figures.Add(QueueFigures.Of(queue, range, size, rollup));
        }

        return new ReportFigures(
            range.From,
            range.To,
            QueueFigures.Of(range, size, clock, total, withinTarget),
            [.. figures.OrderBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.QueueId, StringComparer.Ordinal)]
        );
    }

    /// <summary>The tickets of an account in some branches. One without any has an empty history: accounts are not kept here.</summary>
    public async Task<UserHistory> UserAsync(
        string userId,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var after = FactPosition.After(page);
        var totals = UserTotals.Of(await store.TicketsOfUserAsync(userId, branchIds, after: null, limit: null, cancellationToken));
        var facts = await store.TicketsOfUserAsync(userId, branchIds, after, page.Limit + 1, cancellationToken);
        var tickets = Page<TicketFact>.Of(facts, page, FactPosition.Of).Map(UserTicket.Of);
        return new UserHistory(userId, totals, tickets.Items, tickets.NextCursor);
    }

    /// <summary>What people's clients reported, the last one taken in first.</summary>
    public async Task<Page<TrackedEventView>> TrackedAsync(TrackedFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        Page<TrackedEvent>
            .Of(await store.TrackedAsync(filter, page.After, page.Limit + 1, cancellationToken), page, t => t.Id)
            .Map(TrackedEventView.Of);

    /// <summary>Takes in what a client reports; once per key. While analytics is switched off it is accepted and dropped.</summary>
    /// <exception cref="RefusedException">The report is malformed, the key was used for another, the account is erased, or it reported too
    /// much.</exception>
    public Task<TrackAnswer> TrackAsync(TrackRequest request, string userId, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var tracked = request.Read(time.NewId(), userId, now);
        return Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var answer = TrackAnswer.Of(tracked, request.Metadata);
                if (!options.Enabled)
                    return answer;
                await RequireRoomAsync(userId, TrackedPerMinute, TimeSpan.FromMinutes(1), now, token);
                await RequireRoomAsync(userId, options.TrackedPerDay, TimeSpan.FromDays(1), now, token);
                await store.TrackAsync(tracked, key?.Seal(answer, now), token);
                return answer;
            },
            cancellationToken
        );
    }

    // Counted in the store, so that it holds for all instances. What one account sends at the same moment may pass together; the gateway
    // bounds that.
    private async Task RequireRoomAsync(string userId, int most, TimeSpan window, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.TrackedSinceAsync(userId, most, cancellationToken) is { } first && first + window > now)
            throw new RefusedException(ErrorCodes.RateLimited, "This account reported too many events. Try again later.")
            {
                RetryAfter = first + window - now,
            };
    }

    private async Task<Rollup> RollupAsync(QueueProfile queue, TimeRange range, CancellationToken cancellationToken)
    {
        var rollup = new Rollup();
        await Coverage.ReadAsync(
            range,
            (from, to) =>
                store.VisitRollupsAsync(queue.BranchId, queue.QueueId, from, to, packed => rollup.Add(packed.Span), cancellationToken),
            part => store.VisitQueueAsync(queue.BranchId, queue.QueueId, part, rollup.Add, cancellationToken)
        );
        return rollup;
    }
}
