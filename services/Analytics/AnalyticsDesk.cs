using System.Runtime.CompilerServices;
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
        AskedRange asked,
        BucketSize size,
        CancellationToken cancellationToken
    )
    {
        var queue = await store.FindQueueAsync(queueId, branchIds, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue.");
        var range = asked.On(new WallClock(queue.TimeZone), time.Now(), size);
        return QueueFigures.Of(
            queue,
            range,
            size,
            await RollupAsync(queue, range, cancellationToken),
            await store.AppointmentsAsync(queue.BranchId, queue.QueueId, range, cancellationToken)
        );
    }

    /// <summary>How all queues of some branches did, or one of them; without a range, on their present day.</summary>
    /// <exception cref="RefusedException">The queue is unknown, or the range is empty or too long.</exception>
    public async Task<ReportFigures> ReportAsync(
        string? queueId,
        IReadOnlyCollection<string>? branchIds,
        AskedRange asked,
        BucketSize size,
        bool onlyTotal,
        CancellationToken cancellationToken
    )
    {
        var queues = await QueuesAsync(queueId, branchIds, cancellationToken);
        var clock = WallClock.OfMost(queues, options.TimeZone);
        var range = asked.On(clock, time.Now(), size);
        var total = new Rollup();
        var totalAppointments = new AppointmentTally();
        var within = new WithinTarget();
        var figures = new List<QueueFigures>();
        foreach (var queue in queues)
        {
            var rollup = await RollupAsync(queue, range, cancellationToken);
            var appointments = await store.AppointmentsAsync(queue.BranchId, queue.QueueId, range, cancellationToken);
            if (rollup.Created == 0 && appointments.Count == 0 && queueId is null)
                continue;
            total.Add(rollup);
            totalAppointments.Add(appointments);
            within += WithinTarget.Of(rollup, queue.SlaWaitTime);
            if (!onlyTotal)
                figures.Add(QueueFigures.Of(queue, range, size, rollup, appointments));
        }

        return new ReportFigures(
            range.From,
            range.To,
            QueueFigures.Of(range, size, clock, total, totalAppointments, within),
            [.. figures.OrderBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.QueueId, StringComparer.Ordinal)]
        );
    }

    /// <summary>The tickets that joined in a range, in that order; without a range, on the present day.</summary>
    /// <returns>The range, the clock of its days, and its tickets, which are read day by day while they are taken.</returns>
    /// <exception cref="RefusedException">The queue is unknown, or the range is empty or too long.</exception>
    public async Task<(TimeRange Range, WallClock Clock, IAsyncEnumerable<Visit> Visits)> VisitsAsync(
        string? queueId,
        IReadOnlyCollection<string>? branchIds,
        AskedRange asked,
        CancellationToken cancellationToken
    )
    {
        var queues = await QueuesAsync(queueId, branchIds, cancellationToken);
        var clock = WallClock.OfMost(queues, options.TimeZone);
        var range = asked.On(clock, time.Now());
        return (range, clock, ReadAsync(cancellationToken));

        async IAsyncEnumerable<Visit> ReadAsync([EnumeratorCancellation] CancellationToken token)
        {
            for (var begin = range.From; begin < range.To; )
            {
                var next = clock.Next(clock.Start(begin, BucketSize.Day), BucketSize.Day);
                var day = new TimeRange(begin, next < range.To ? next : range.To);
                var visits = new List<Visit>();
                foreach (var queue in queues)
                    await store.VisitQueueAsync(queue.BranchId, queue.QueueId, day, f => visits.Add(new Visit(queue, f)), token);
                foreach (var visit in visits.OrderBy(v => v.Ticket.CreatedAt).ThenBy(v => v.Ticket.TicketId, StringComparer.Ordinal))
                    yield return visit;
                begin = day.To;
            }
        }
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

    private async Task<IReadOnlyList<QueueProfile>> QueuesAsync(
        string? queueId,
        IReadOnlyCollection<string>? branchIds,
        CancellationToken cancellationToken
    ) =>
        queueId is null
            ? await store.QueuesAsync(branchIds, cancellationToken)
            :
            [
                await store.FindQueueAsync(queueId, branchIds, cancellationToken)
                    ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue."),
            ];

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
