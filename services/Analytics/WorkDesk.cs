using System.Runtime.CompilerServices;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Analytics.Storage;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Analytics;

/// <summary>What counters and the people at them did.</summary>
internal sealed class WorkDesk(IAnalyticsStore store, AnalyticsOptions options, TimeProvider time)
{
    /// <summary>By counter; without a range, on the present day of the branches.</summary>
    /// <param name="branchIds">Counters of these branches; <c>null</c> for all.</param>
    /// <param name="asked">The range.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">The range is empty or too long.</exception>
    public async Task<CounterReport> CountersAsync(
        IReadOnlyCollection<string>? branchIds,
        AskedRange asked,
        CancellationToken cancellationToken
    )
    {
        var range = await RangeOfAsync(branchIds, asked, cancellationToken);
        var items = new List<CounterStatistics>();
        await foreach (var (branchId, sessions, work) in ReadAsync(branchIds, range, cancellationToken))
            items.AddRange(Counters(branchId, sessions, work));
        return new CounterReport(range.From, range.To, items);
    }

    /// <summary>By person; without a range, on the present day of the branches.</summary>
    /// <param name="branchIds">At counters of these branches; <c>null</c> for all.</param>
    /// <param name="asked">The range.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">The range is empty or too long.</exception>
    public async Task<StaffReport> StaffAsync(IReadOnlyCollection<string>? branchIds, AskedRange asked, CancellationToken cancellationToken)
    {
        var range = await RangeOfAsync(branchIds, asked, cancellationToken);
        var people = new Dictionary<string, WorkFigures>();
        await foreach (var (_, sessions, work) in ReadAsync(branchIds, range, cancellationToken))
        {
            foreach (var session in sessions)
            {
                if (session.OperatorId is { } user)
                    Of(user).Add(session);
            }

            foreach (var (place, tally) in work.Tallies)
            {
                if (place.ServedBy is { } user)
                    Of(user).Add(tally);
            }
        }

        return new StaffReport(
            range.From,
            range.To,
            [
                .. people
                    .OrderByDescending(p => p.Value.Services)
                    .ThenBy(p => p.Key, StringComparer.Ordinal)
                    .Select(p => new StaffStatistics(
                        p.Key,
                        p.Value.Open,
                        p.Value.Busy,
                        p.Value.Idle,
                        p.Value.Break,
                        p.Value.Services,
                        p.Value.AverageServiceTime
                    )),
            ]
        );

        WorkFigures Of(string user) => people.TryGetValue(user, out var known) ? known : people[user] = new WorkFigures();
    }

    private static IEnumerable<CounterStatistics> Counters(string branchId, IReadOnlyList<SessionSum> sessions, CounterWork work)
    {
        var counters = new Dictionary<(string? Id, string? Name), (WorkFigures Figures, string Name, long Last)>();
        foreach (var (place, tally) in work.Tallies)
        {
            // Only those without an id are told apart by their names.
            var counter = Of(place.CounterId, place.Counter, tally.Last);
            counter.Add(tally);
        }

        foreach (var sum in sessions)
        {
            // What the counter itself says is later than what tickets say.
            Of(sum.CounterId, sum.Name, long.MaxValue / 2 + sum.Version).Add(sum);
        }

        return counters
            .Select(c => new CounterStatistics(
                c.Key.Id,
                c.Value.Name,
                branchId,
                c.Value.Figures.Open,
                c.Value.Figures.Busy,
                c.Value.Figures.Idle,
                c.Value.Figures.Break,
                c.Value.Figures.Services,
                c.Value.Figures.AverageServiceTime
            ))
            .OrderBy(c => c.Name, StringComparer.Ordinal)
            .ThenBy(c => c.CounterId, StringComparer.Ordinal);

        WorkFigures Of(string? id, string name, long last)
        {
            var key = (id, id is null ? name : null);
            var (figures, known, since) = counters.GetValueOrDefault(key, (new WorkFigures(), name, last));
            counters[key] = last >= since ? (figures, name, last) : (figures, known, since);
            return figures;
        }
    }

    private async Task<TimeRange> RangeOfAsync(
        IReadOnlyCollection<string>? branchIds,
        AskedRange asked,
        CancellationToken cancellationToken
    ) => asked.On(WallClock.OfMost(await store.QueuesAsync(branchIds, cancellationToken), options.TimeZone), time.Now());

    private async IAsyncEnumerable<(string BranchId, IReadOnlyList<SessionSum> Sessions, CounterWork Work)> ReadAsync(
        IReadOnlyCollection<string>? branchIds,
        TimeRange range,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var branchId in (branchIds ?? await store.BranchesAsync(cancellationToken)).Order(StringComparer.Ordinal))
        {
            var now = time.Now();
            var past = range.To > now ? range with { To = now } : range;
            var sessions = past.From < past.To ? await store.SessionsAsync(branchId, past, cancellationToken) : [];
            var work = new CounterWork();
            await Coverage.ReadAsync(
                range,
                (from, to) =>
                    store.VisitRollupsAsync(
                        branchId,
                        CounterWork.InsteadOfQueue,
                        from,
                        to,
                        packed => work.Add(packed.Span),
                        cancellationToken
                    ),
                part => store.VisitHeldAsync(branchId, part, fact => work.Add(fact, part, now), cancellationToken)
            );
            await store.VisitRunningAsync(
                branchId,
                fact =>
                {
                    if (HeldTime.IsRunning(fact))
                        work.Add(fact, range, now);
                },
                cancellationToken
            );
            yield return (branchId, sessions, work);
        }
    }
}
