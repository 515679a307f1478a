using System.Collections.Concurrent;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Types;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>
/// What people who join queues now are told to expect, as the ticket service said it last, so that it is not asked. It says so whenever a
/// line moves, and again every while as long as there are people in it. What it has not said lately, since this gateway is new or nobody
/// was there, is asked for and kept as if it had.
/// </summary>
internal sealed class NewcomerWaits(TimeProvider time)
{
    /// <summary>How long a wait holds in a line with people: some repeats of it.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(45);

    /// <summary>How long it holds in a line without, which is told again only when somebody comes.</summary>
    public static readonly TimeSpan QuietGoodFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Told> told = new(StringComparer.Ordinal);

    /// <summary>Takes in what was said, unless something later was.</summary>
    public void Hear(LinePositionsChanged said)
    {
        // Said by an earlier version of the ticket service it is not all there.
        if (said.Newcomer is not { } rest)
            return;
        var eta = new Eta(said.NewcomerWait, rest.Low, rest.High, rest.Confidence, rest.Ahead, rest.Basis);
        var now = new Told(eta, said.OccurredAt, time.GetTimestamp());
        told.AddOrUpdate(said.QueueId, now, (_, known) => known.SaidAt > now.SaidAt ? known : now);
    }

    /// <summary>What someone who joins the queue now is told; <c>null</c> where that was not said lately.</summary>
    public Eta? Of(string queueId) =>
        told.TryGetValue(queueId, out var known) && time.GetElapsedTime(known.KeptAt) < (known.Eta.Ahead > 0 ? GoodFor : QuietGoodFor)
            ? known.Eta
            : null;

    /// <summary>Asks for it, and keeps the answer until something is said or the answer is old.</summary>
    public async Task<Eta?> AskAsync(string queueId, Func<Task<Eta?>> ask)
    {
        var before = told.GetValueOrDefault(queueId);
        if (await ask() is not { } eta)
            return null;
        var now = new Told(eta, before?.SaidAt ?? DateTimeOffset.MinValue, time.GetTimestamp());
        // What was said while it was asked for stays.
        if (before is null)
            told.TryAdd(queueId, now);
        else
            told.TryUpdate(queueId, now, before);
        return eta;
    }

    /// <summary>The queue is gone, or is another.</summary>
    public void Forget(string queueId) => told.TryRemove(queueId, out _);

    private sealed record Told(Eta Eta, DateTimeOffset SaidAt, long KeptAt);
}
