using SmartQueue.Contracts;
using SmartQueue.Estimates;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Forecasts;

/// <summary>
/// A line as it stands, and what it has taught, kept up to date by its events: places and estimates without asking the store.
/// Safe to use from many threads.
/// </summary>
internal sealed class LineForecast(string queueId, double usualService, TimeZoneInfo zone)
{
    private const int MostClosed = 10_000;
    private const int EstimatedAtOnce = 200;
    private const int Looks = 2;
    private const int LeastDelay = 5 * 60;
    private const string Newcomer = "";

    // More than any head start by seconds, less than the strict one.
    private static readonly long BookedFirst = (long)TimeSpan.FromDays(250).TotalMilliseconds << LineOrder.RoomBits;

    // A fit takes seconds of a processor, and a busy line would be due for one every few seconds.
    private static readonly TimeSpan LearnEvery = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly LineModel model = new(usualService);
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);

    // By id: tickets tell the name, and the model knows a counter by the name it has now.
    private readonly Dictionary<string, (string Name, long Version, bool Open)> desks = new(StringComparer.Ordinal);
    private readonly Queue<string> closed = new();

    // Those who wait with a turn of their own, as the model has them.
    private readonly Dictionary<string, BookedPlace> booked = new(StringComparer.Ordinal);
    private int inARow;
    private BookedLine? line;
    private IReadOnlyList<DateTimeOffset> expected = [];
    private int mostInARow = 1;
    private DateTimeOffset? learned;
    private bool learning;

    /// <summary>Takes in what happened to a ticket. Repeats and what comes late change nothing.</summary>
    /// <param name="ticket">The ticket after it.</param>
    /// <param name="occurredAt">When, UTC.</param>
    public void Apply(TicketState ticket, DateTimeOffset occurredAt)
    {
        lock (gate)
        {
            if (ticket.Version <= versions.GetValueOrDefault(ticket.Id))
                return;
            versions[ticket.Id] = ticket.Version;
            ForecastMetrics.Kept(
                Take(
                    ticket.Id,
                    ticket.Status,
                    ticket.Priority,
                    ticket.Order ?? long.MaxValue,
                    ticket.Turn,
                    NameNow(ticket.CounterId, ticket.Counter),
                    Local(occurredAt)
                )
            );
            if (ticket.ClosedAt is not null)
                Forget(ticket.Id);
        }
    }

    /// <summary>Takes in what happened to a counter of the branch. Repeats and what comes late change nothing.</summary>
    /// <param name="counter">The counter after it.</param>
    /// <param name="deleted">Whether it is no more.</param>
    /// <param name="occurredAt">When, UTC.</param>
    public void Apply(CounterState counter, bool deleted, DateTimeOffset occurredAt)
    {
        lock (gate)
        {
            var known = desks.GetValueOrDefault(counter.Id);
            if (counter.Version <= known.Version)
                return;
            var serves = counter.Queues.Count == 0 || counter.Queues.Any(q => q.QueueId == queueId);
            var open = serves && !deleted && counter.Status == CounterStatus.Open;
            desks[counter.Id] = (counter.Name, counter.Version, open);
            if (known.Name is not null && known.Name != counter.Name)
                model.Rename(known.Name, counter.Name);
            if (deleted)
                model.Forget(counter.Name);
            else if (open != known.Open)
                Tell(counter.Name, open, Local(occurredAt));
        }
    }

    /// <summary>Takes in what happened before the events begin.</summary>
    /// <param name="tickets">The latest of the line, and those that are open.</param>
    /// <param name="counters">Those of the branch. They tell since when each is as it is, and nothing of before.</param>
    /// <param name="calledInARow">How many with an appointment were called in a row, see <see cref="BookedLine"/>.</param>
    public void Rebuild(IReadOnlyCollection<Ticket> tickets, IReadOnlyCollection<Counter> counters, int calledInARow)
    {
        lock (gate)
        {
            foreach (var counter in counters)
                desks[counter.Id] = (counter.Name, counter.Version, counter.Serves(queueId) && counter.Status == CounterStatus.Open);
            var moves = tickets
                .SelectMany(t => t.History.Select((h, i) => (h.At, Index: i, Take: (Action)(() => Take(t, h)))))
                .Concat(
                    counters.Select(c => (At: c.Since, Index: -1, Take: (Action)(() => Tell(c.Name, desks[c.Id].Open, Local(c.Since)))))
                )
                .OrderBy(m => m.At)
                .ThenBy(m => m.Index);
            foreach (var (_, _, take) in moves)
                take();
            inARow = calledInARow;
            line = null;
            foreach (var ticket in tickets)
            {
                versions[ticket.Id] = ticket.Version;
                if (ticket.ClosedAt is not null)
                    Forget(ticket.Id);
            }
        }
    }

    /// <summary>How many will be called before a ticket as the line stands; <c>null</c> if it is not known to wait.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="now">UTC.</param>
    public int? Ahead(string ticketId, DateTimeOffset now)
    {
        lock (gate)
            return model.Ahead(ticketId) is { } before ? Ahead(ticketId, before, now) : null;
    }

    /// <summary>Says who is expected for appointments.</summary>
    /// <param name="times">When, UTC, in order; those who have arrived are not among them.</param>
    /// <param name="most">How many of them are called in a row while somebody without an appointment waits.</param>
    public void Expect(IReadOnlyList<DateTimeOffset> times, int most)
    {
        lock (gate)
            (expected, mostInARow) = (times, most);
    }

    /// <summary>The times of those who are expected and will be called at least five minutes later, in order. Those of them are named
    /// for whom it is sure that it will be later, not just likely.</summary>
    /// <param name="until">How far ahead to look, UTC.</param>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<AppointmentDelay> Delays(DateTimeOffset until, DateTimeOffset now)
    {
        lock (gate)
        {
            var delays = new List<AppointmentDelay>();
            var walkIns = model.Waiting - booked.Count;
            var before = 0;
            foreach (var time in expected.Where(t => t > now && t <= until).GroupBy(t => t))
            {
                var due = before + booked.Values.Count(p => p.Turn.At <= time.Key);
                var ahead = BookedLine.AheadOfDue(due, walkIns, mostInARow, inARow);
                var called = model.Estimate(Newcomer, queueId, 0, ahead, Local(now), long.MaxValue - BookedFirst);
                var left = (time.Key - now).TotalSeconds;
                if (called.Low > left && called.Middle - left >= LeastDelay)
                    delays.Add(new AppointmentDelay { Start = time.Key, Seconds = (int)(called.Middle - left) });
                before += time.Count();
            }

            return delays;
        }
    }

    /// <summary>What to tell someone in the line.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="ahead">How many come first.</param>
    /// <param name="now">UTC.</param>
    public Promise Estimate(string ticketId, int priority, int ahead, DateTimeOffset now)
    {
        lock (gate)
            return Estimate(ticketId, priority, ahead, order: null, booked.GetValueOrDefault(ticketId)?.Turn, now);
    }

    /// <summary>What to tell someone who is about to stand somewhere else, or to join.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="ahead">How many come first.</param>
    /// <param name="order">Its order.</param>
    /// <param name="turn">Its turn.</param>
    /// <param name="now">UTC.</param>
    public Promise EstimateAt(string ticketId, int priority, int ahead, long order, BookedTurn? turn, DateTimeOffset now)
    {
        lock (gate)
            return Estimate(ticketId, priority, ahead, OrderOf(order, turn), turn, now);
    }

    /// <summary>What to tell someone of ordinary priority who would join now.</summary>
    /// <param name="now">UTC.</param>
    public Promise EstimateNewcomer(DateTimeOffset now)
    {
        lock (gate)
        {
            var local = Local(now);
            return booked.Count == 0 && expected.Count == 0
                ? model.PromiseNewcomer(queueId, 0, local)
                : Estimate(
                    Newcomer,
                    0,
                    Line().Ahead(Newcomer, long.MaxValue, turn: null, model.Waiting, model.Waiting, now),
                    long.MaxValue,
                    turn: null,
                    now
                );
        }
    }

    /// <summary>Whether people wait or are at a counter, so that the estimates move with the time.</summary>
    public bool Occupied
    {
        get
        {
            lock (gate)
                return model.Waiting > 0 || model.AtCounters > 0;
        }
    }

    /// <summary>Whether somebody is expected for an appointment.</summary>
    public bool Expects
    {
        get
        {
            lock (gate)
                return expected.Count > 0;
        }
    }

    public int Waiting
    {
        get
        {
            lock (gate)
                return model.Waiting;
        }
    }

    /// <summary>The first in line and what each is told, in calling order.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<(string TicketId, Promise Promise)> Positions(int most, DateTimeOffset now)
    {
        IReadOnlyList<(string Id, int Priority)> first;
        lock (gate)
        {
            first = model.First(Math.Min(most, model.Waiting) + booked.Count);
            if (booked.Count > 0)
                first =
                [
                    .. first
                        .Select((w, i) => (Waiter: w, Ahead: Ahead(w.Id, i, now)))
                        .OrderBy(w => w.Ahead)
                        .Select(w => w.Waiter)
                        .Take(most),
                ];
        }

        var positions = new List<(string, Promise)>(first.Count);
        // Some at a time: a long line would keep those who take a number waiting.
        foreach (var some in first.Chunk(EstimatedAtOnce))
        {
            lock (gate)
            {
                foreach (var (id, priority) in some)
                    positions.Add((id, Estimate(id, priority, positions.Count, order: null, booked.GetValueOrDefault(id)?.Turn, now)));
            }
        }

        return positions;
    }

    /// <summary>Begins to learn from what has come to pass, if it is time to.</summary>
    /// <param name="now">UTC.</param>
    /// <returns>What to run, beside everything else; <c>null</c> most times.</returns>
    public Action? BeginLearning(DateTimeOffset now)
    {
        lock (gate)
        {
            if (learning || now - learned < LearnEvery || !model.LearningDue)
                return null;
            learning = true;
            learned = now;
            var fit = model.BeginLearning();
            return () =>
            {
                try
                {
                    var use = fit();
                    lock (gate)
                        use();
                }
                finally
                {
                    lock (gate)
                        learning = false;
                }
            };
        }
    }

    // A counter is told of from when it is first open. One that a call by name made is closed in the store and was never opened: the model
    // hears that it is closed before it has seen it, which tells it nothing, and goes on to infer it.
    private void Tell(string counter, bool open, DateTimeOffset at)
    {
        if (open)
            model.Open(counter, at);
        else
            model.Close(counter, at);
    }

    private string? NameNow(string? counterId, string? name) =>
        counterId is not null && desks.TryGetValue(counterId, out var desk) ? desk.Name : name;

    private void Take(Ticket ticket, TicketHistoryEntry entry)
    {
        // Of the counter it is at, or was at last, the ticket tells the id as well.
        var name = entry.Counter ?? ticket.Counter;
        Take(
            ticket.Id,
            entry.To,
            ticket.Priority,
            ticket.Order,
            ticket.Turn,
            name == ticket.Counter ? NameNow(ticket.CounterId, name) : name,
            Local(entry.At)
        );
    }

    // Gives what came of the promises to the one who is called.
    private IReadOnlyList<KeptPromise> Take(
        string id,
        TicketStatus status,
        int priority,
        long lineOrder,
        BookedTurn? turn,
        string? counter,
        DateTimeOffset at
    )
    {
        IReadOnlyList<KeptPromise> kept = [];
        var order = OrderOf(lineOrder, turn);
        booked.Remove(id);
        line = null;
        switch (status)
        {
            case TicketStatus.Waiting:
                // The one who is put back was not served, but kept the counter from others.
                model.End(id, at);
                model.Move(id, priority, order);
                model.Join(id, queueId, priority, order, at);
                if (turn is not null)
                    booked.Add(id, new BookedPlace(id, order, turn));
                model.PromiseTo(id, at);
                break;
            case TicketStatus.Called:
                kept = model.Call(id, counter, at);
                inARow = BookedLine.InARowAfter(inARow, turn is not null, model.Waiting > booked.Count);
                break;
            case TicketStatus.Serving:
                kept = model.Call(id, counter, at);
                break;
            default:
                model.Leave(id, at);
                // One who did not come took the counter's time as well.
                model.End(id, at);
                break;
        }

        model.Sample(at);
        return kept;
    }

    // A late repeat of one of the oldest closed tickets would be taken for new; it leaves again with its next event.
    private void Forget(string id)
    {
        closed.Enqueue(id);
        if (closed.Count > MostClosed)
            versions.Remove(closed.Dequeue());
    }

    private BookedLine Line() => line ??= new BookedLine([.. booked.Values], inARow);

    private Promise Estimate(string ticketId, int priority, int ahead, long? order, BookedTurn? turn, DateTimeOffset now)
    {
        var local = Local(now);
        var promise = Of(ahead);
        if (booked.Count == 0 && expected.Count == 0)
            return promise;
        if (turn is null)
        {
            // Those whose time comes during the wait go first, and make it longer, so that the time of more of them comes in it.
            for (var look = 0; look < Looks; look++)
                promise = Of(Line().AheadWithMore(ahead, ticketId, DueWithin(promise.Middle), mostInARow, now)) with { Ahead = ahead };
            return promise;
        }

        if (turn.At <= now)
            return promise;
        // Called when their time comes, behind those whose time comes before; or even earlier, when all others are done.
        var soon = Of(booked.Values.Count(p => p.TicketId != ticketId && p.Turn.At < turn.At));
        var until = (turn.At - now).TotalSeconds;
        return promise with
        {
            Middle = Math.Min(promise.Middle, Math.Max(soon.Middle, Rounding.Nearest(until))),
            Low = Math.Min(promise.Low, Math.Max(soon.Low, Rounding.Down(until))),
            High = Math.Min(promise.High, Math.Max(soon.High, Rounding.Up(until + soon.High))),
        };

        Promise Of(int first) => model.Estimate(ticketId, queueId, priority, first, local, order);

        int DueWithin(int seconds)
        {
            var end = now.AddSeconds(seconds);
            return expected.Count(t => t > now && t <= end) + booked.Values.Count(p => p.Turn.At > now && p.Turn.At <= end);
        }
    }

    // The order that the model has a place by: those with a turn of their own stand before the others there, but for those who go before
    // everybody.
    private static long OrderOf(long order, BookedTurn? turn) => turn is null ? order : order - BookedFirst;

    private int Ahead(string ticketId, int before, DateTimeOffset now)
    {
        if (booked.Count == 0)
            return before;
        var own = booked.GetValueOrDefault(ticketId);
        return Line().Ahead(ticketId, own?.Order ?? model.OrderOf(ticketId)!.Value, own?.Turn, before, model.Waiting - 1, now);
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);
}
