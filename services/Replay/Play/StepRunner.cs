using System.Diagnostics;

namespace SmartQueue.Replay.Play;

/// <summary>Does single steps at their time and notes how they went. Latency counts from the scheduled moment, so that a slow answer cannot
/// hide the ones it delays.</summary>
internal sealed class StepRunner(ApiClient api, Tally tally)
{
    private readonly Stopwatch _clock = new();
    private readonly CounterPool _counters = new();

    /// <summary>Since the run began.</summary>
    public TimeSpan Now => _clock.Elapsed;

    public void Start() => _clock.Start();

    public void Stop() => _clock.Stop();

    /// <summary>Waits for a moment of the run; not at all if it is past.</summary>
    public async Task UntilAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var left = due - _clock.Elapsed;
        // Timers count whole milliseconds; rounding up keeps a step from being early.
        if (left > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), cancellationToken);
    }

    /// <summary>Takes a number; <c>null</c> if that failed.</summary>
    public async Task<TakenTicket?> TakeAsync(PlayedQueue queue, TimeSpan due, CancellationToken cancellationToken)
    {
        var answer = await api.TakeAsync(queue.Id, Guid.NewGuid().ToString(), cancellationToken);
        if (answer.Succeeded && (answer.Text("id") is null || answer.Text("trackingToken") is null || answer.Text("ticketNumber") is null))
            answer = answer with { Status = 0, Code = "BAD_ANSWER" };
        if (!Note(StepKind.Take, due, answer))
            return null;
        queue.Note(answer.Text("ticketNumber")!);
        return new TakenTicket(answer.Text("id")!, answer.Text("trackingToken")!);
    }

    /// <summary>Calls a ticket to a counter of the pool; <c>null</c> if that failed.</summary>
    public async Task<string?> CallAsync(string ticketId, string? server, TimeSpan due, CancellationToken cancellationToken)
    {
        var counter = _counters.Take(server);
        var answer = await api.AsOperatorAsync(
            HttpMethod.Put,
            $"/api/tickets/{ticketId}",
            new { status = "called", counter },
            cancellationToken
        );
        if (Note(StepKind.Call, due, answer))
            return counter;
        // A busy counter is held by something this run does not know; any other refusal leaves it free.
        if (answer.Declined && answer.Code != "COUNTER_BUSY")
            _counters.Free(counter);
        return null;
    }

    /// <summary>Calls the first in line to a counter; <c>null</c> if that failed.</summary>
    public async Task<string?> CallNextAsync(PlayedQueue queue, string counter, TimeSpan due, CancellationToken cancellationToken)
    {
        var answer = await api.AsOperatorAsync(HttpMethod.Post, $"/api/queues/{queue.Id}/call-next", new { counter }, cancellationToken);
        if (answer.Succeeded && answer.Text("id") is null)
            answer = answer with { Status = 0, Code = answer.Status == 204 ? "NOBODY_WAITS" : "BAD_ANSWER" };
        return Note(StepKind.Call, due, answer) ? answer.Text("id") : null;
    }

    /// <summary>Ends a service and frees its counter.</summary>
    public async Task<bool> ServeAsync(string ticketId, string counter, TimeSpan due, CancellationToken cancellationToken)
    {
        var answer = await api.AsOperatorAsync(HttpMethod.Put, $"/api/tickets/{ticketId}", new { status = "served" }, cancellationToken);
        if (!Note(StepKind.Serve, due, answer))
            return false;
        _counters.Free(counter);
        return true;
    }

    /// <summary>Gives a number up.</summary>
    public async Task CancelAsync(TakenTicket ticket, TimeSpan due, CancellationToken cancellationToken) =>
        Note(StepKind.Cancel, due, await api.CancelAsync(ticket.Id, ticket.TrackingToken, cancellationToken));

    private bool Note(StepKind kind, TimeSpan due, ApiAnswer answer)
    {
        if (answer.Succeeded)
            tally.Accept(kind, due, _clock.Elapsed);
        else
            tally.Fail(kind, answer.Code);
        return answer.Succeeded;
    }
}
