namespace SmartQueue.Testing;

/// <summary>
/// Lines and counters as the interface promises them, and nothing else. In which order people stand is known as a set of orders that what
/// was answered so far leaves possible: who lets others go first is put behind people who were counted a moment before, and how many came or
/// left in that moment nobody is told.
/// </summary>
public sealed record LineModel
{
    private const string InvalidTransition = "INVALID_TRANSITION";

    /// <summary>What is known of each ticket, as clients count them from 1; <c>null</c> for those to come.</summary>
    public required IReadOnlyList<ModelTicket?> Tickets { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<Standing> Lines { get; init; }

    /// <summary>How many may be open in a line.</summary>
    public required int Capacity { get; init; }

    /// <summary>How often one may be called again.</summary>
    public required int MaxRecalls { get; init; }

    /// <summary>
    /// Whether a line is kept in parts, as in MongoDB: first a place in it, then the ticket. Who comes has a place before they stand there,
    /// who leaves has it a moment longer, and what a process leaves that dies is there for a while; who is about to be called is passed over
    /// by others. Each such may let a line seem full, and somebody be passed over, by one. A number may be left out.
    /// </summary>
    public bool InParts { get; init; }

    /// <summary>Nobody anywhere.</summary>
    /// <param name="queues">How many lines there are.</param>
    /// <param name="tickets">How many tickets there will be.</param>
    /// <param name="capacity">How many may be open in a line.</param>
    /// <param name="maxRecalls">How often one may be called again.</param>
    public static LineModel Empty(int queues, int tickets, int capacity, int maxRecalls) =>
        new()
        {
            Tickets = new ModelTicket?[tickets],
            Lines = [.. Enumerable.Repeat(new Standing(0, 0, 0, [""]), queues)],
            Capacity = capacity,
            MaxRecalls = maxRecalls,
        };

    /// <summary>The lines after a call with its answer, or <c>null</c> where that answer would be wrong.</summary>
    public LineModel? Next(LineCall call)
    {
        var ticket = call.Ticket == 0 ? null : Tickets[call.Ticket - 1];
        switch (call.Act)
        {
            case LineAct.Take:
                return Take(call, ticket);
            case LineAct.Call:
                return Call(call, ticket);
            case LineAct.Read:
                return Read(call);
            case LineAct.Cancel when ticket?.Status == 'x' && call.Refusal is null:
                // A repeat is harmless.
                return IsTold(call, ticket.Version) ? this : null;
        }

        if (ticket is null)
            return null;
        if (call.Refusal is not null)
            return IsRefused(call, ticket) ? this : null;
        if (
            !Allows(call, ticket)
            || IsFull(call, ticket)
            || IsThere(call, ticket)
            || !IsTold(call, call.Act == LineAct.Transfer ? 1 : ticket.Version + 1)
        )
            return null;
        return call.Act switch
        {
            LineAct.Recall => Set(call.Ticket, ticket with { Version = ticket.Version + 1, Recalls = ticket.Recalls + 1 }),
            LineAct.Serve => Left(call.Ticket, ticket, 's'),
            LineAct.Miss => Left(call.Ticket, ticket, 'n'),
            LineAct.Cancel => Left(call.Ticket, ticket, 'x'),
            LineAct.Park => Set(call.Ticket, Moved(ticket, 'p')),
            LineAct.Unpark => Set(call.Ticket, Moved(ticket, 'w')),
            LineAct.Defer or LineAct.Requeue => PutBehind(call, ticket),
            LineAct.Transfer => Transfer(call, ticket),
            _ => throw new InvalidOperationException($"{call.Act}"),
        };
    }

    /// <inheritdoc/>
    public bool Equals(LineModel? other) => other is not null && Tickets.SequenceEqual(other.Tickets) && Lines.SequenceEqual(other.Lines);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var ticket in Tickets)
            hash.Add(ticket);
        return hash.ToHashCode();
    }

    private LineModel? Take(LineCall call, ModelTicket? ticket)
    {
        var already = IsThere(call.Queue, call.Who);
        if (call.Refusal is not null)
            return
                call.Refusal == "QUEUE_FULL" && Open(call.Queue) + Off(call) >= Capacity
                || call.Refusal == "ALREADY_IN_QUEUE" && (already || Off(call) > 0)
                ? this
                : null;
        var line = Lines[call.Queue];
        if (
            Open(call.Queue) >= Capacity
            || already
            || ticket is not null
            || (InParts ? call.Number <= line.Given : call.Number != line.Given + 1)
            || !IsTold(call, 1)
        )
            return null;
        var arrival = Math.Max(line.LastArrival + 1, call.At);
        var taken = new ModelTicket(call.Queue, 'w', 1, call.Who, call.At, arrival);
        return Entered(call.Ticket, taken, line with { Given = call.Number, LastArrival = arrival });
    }

    private LineModel? Call(LineCall call, ModelTicket? ticket)
    {
        var busy = Tickets.Any(t => t?.Counter == call.Who);
        var line = Lines[call.Queue];
        if (call.Refusal is not null)
            return call.Refusal == "COUNTER_BUSY" && busy ? this : null;
        var orders = line
            .Orders.Where(o => call.Ticket == 0 ? Waiting(o).Count() <= Off(call) : Waiting(o).Take(Off(call) + 1).Contains(call.Ticket))
            .ToList();
        if (orders.Count == 0)
            return null;
        if (call.Ticket == 0)
            return this;
        return busy || !IsTold(call, ticket!.Version + 1)
            ? null
            : Set(call.Ticket, Moved(ticket, 'c') with { Counter = call.Who }, line with { Orders = orders });
    }

    private LineModel? Read(LineCall call)
    {
        var read = call.Line!.Where(t => !call.Changing.Contains(t.Ticket)).ToList();
        var waiting = read.Where(t => t.Status == 'w').Select(t => t.Ticket).ToList();
        var open = Tickets
            .Index()
            .Where(t => t.Item is { IsOpen: true } o && o.Queue == call.Queue)
            .Select(t => (Ticket: t.Index + 1, t.Item!.Status))
            .Where(t => !call.Changing.Contains(t.Ticket));
        var orders = Lines[call.Queue].Orders.Where(o => Waiting(o).Except(call.Changing).SequenceEqual(waiting)).ToList();
        return orders.Count > 0 && open.Order().SequenceEqual(read.Order())
            ? WithLine(call.Queue, Lines[call.Queue] with { Orders = orders })
            : null;
    }

    private static bool IsTold(LineCall call, long version) => call.Version == 0 || call.Version == version;

    private bool IsRefused(LineCall call, ModelTicket ticket) =>
        call.Refusal switch
        {
            InvalidTransition => !Allows(call, ticket),
            "QUEUE_FULL" => IsFull(call, ticket, Off(call)),
            "ALREADY_IN_QUEUE" => IsThere(call, ticket) || (EntersAgain(call, ticket) && Off(call) > 0),
            _ => false,
        };

    private bool Allows(LineCall call, ModelTicket ticket) =>
        call.Act switch
        {
            LineAct.Recall => ticket.Status == 'c' && ticket.Recalls < MaxRecalls,
            LineAct.Serve or LineAct.Miss => ticket.Status == 'c',
            LineAct.Cancel => ticket.IsOpen,
            LineAct.Park => ticket.Status is 'w' or 'c',
            LineAct.Unpark => ticket.Status == 'p',
            LineAct.Defer => ticket.Status == 'w',
            LineAct.Requeue => ticket.Status is 'c' or 'n',
            LineAct.Transfer => ticket.Status is 'w' or 'c' && call.To != ticket.Queue,
            _ => throw new InvalidOperationException($"{call.Act}"),
        };

    // Who comes into a line needs a place there.
    private bool IsFull(LineCall call, ModelTicket ticket, int off = 0) =>
        EntersAgain(call, ticket) && Open(call.Act == LineAct.Transfer ? call.To : ticket.Queue) + off >= Capacity;

    private static bool EntersAgain(LineCall call, ModelTicket ticket) =>
        call.Act == LineAct.Transfer || (call.Act == LineAct.Requeue && !ticket.IsOpen);

    private int Off(LineCall call) => InParts ? call.Rivals : 0;

    private bool IsThere(LineCall call, ModelTicket ticket) =>
        call.Act switch
        {
            LineAct.Transfer => IsThere(call.To, ticket.Owner),
            LineAct.Requeue => !ticket.IsOpen && IsThere(ticket.Queue, ticket.Owner),
            _ => false,
        };

    private bool IsThere(int queue, int owner) =>
        owner > 0 && Tickets.Any(t => t is { IsOpen: true } && t.Queue == queue && t.Owner == owner);

    private int Open(int queue) => Tickets.Count(t => t is { IsOpen: true } && t.Queue == queue);

    private static ModelTicket Moved(ModelTicket ticket, char status) =>
        ticket with
        {
            Status = status,
            Version = ticket.Version + 1,
            Counter = -1,
            Recalls = 0,
        };

    private LineModel Left(int number, ModelTicket ticket, char status)
    {
        var line = Lines[ticket.Queue];
        return Set(number, Moved(ticket, status), line with { Orders = Distinct(line.Orders.Select(o => Without(o, number))) });
    }

    // Those who are counted are counted a moment before: each change in that moment puts it one place off at most.
    private LineModel PutBehind(LineCall call, ModelTicket ticket)
    {
        var line = Lines[ticket.Queue];
        var orders = new List<string>();
        foreach (var order in line.Orders)
        {
            var rest = Without(order, call.Ticket);
            var others = Waiting(rest).Count();
            var before = call.Act == LineAct.Defer ? Waiting(order).TakeWhile(t => t != call.Ticket).Count() : 0;
            var wanted = Math.Min(before + call.Places, others);
            // With nobody else there it stays where it is, also among those who are set aside.
            if (others == 0 && call.Beside == 0 && rest != order)
                orders.Add(order);
            else
                orders.AddRange(
                    Enumerable
                        .Range(0, rest.Length + 1)
                        .Where(i => MayStand([.. Waiting(rest)], Waiting(rest[..i]).Count(), wanted, call.Beside))
                        .Select(i => With(rest, i, call.Ticket))
                );
        }

        return Set(call.Ticket, Moved(ticket, 'w') with { Rank = null }, line with { Orders = Distinct(orders) });
    }

    private bool MayStand(IReadOnlyList<int> others, int before, int wanted, int beside)
    {
        // As soon after as there is room, and between two who came in the same millisecond there is none.
        for (var place = before; Math.Abs(place - wanted) > beside; place--)
        {
            if (place < wanted || Rank(place - 1) is not { } rank || rank != Rank(place - 2))
                return false;
        }

        return true;

        long? Rank(int at) => at < 0 ? null : Tickets[others[at] - 1]!.Rank;
    }

    private LineModel? Transfer(LineCall call, ModelTicket ticket)
    {
        var line = Lines[call.To];
        var successor = new ModelTicket(call.To, 'w', 1, ticket.Owner, ticket.TakenAt, ticket.TakenAt);
        return Left(call.Ticket, ticket, 't')
            .Entered(call.Successor, successor, line with { LastArrival = Math.Max(line.LastArrival + 1, call.At) });
    }

    // By what it stands by. Of two that came in the same millisecond, and beside who was put between others, it may stand on either side;
    // but nobody was ever put behind who comes after all others.
    private LineModel? Entered(int number, ModelTicket ticket, Standing line)
    {
        var orders = new List<string>();
        foreach (var order in line.Orders)
        {
            var ranks = order.Select(t => Tickets[t - 1]!.Rank).ToList();
            var first = ticket.Rank > line.Highest ? order.Length : ranks.FindLastIndex(r => r < ticket.Rank) + 1;
            var last = ranks.FindIndex(r => r > ticket.Rank) is >= 0 and var behind ? behind : order.Length;
            for (var i = first; i <= last; i++)
                orders.Add(With(order, i, number));
        }

        return orders.Count == 0
            ? null
            : Set(number, ticket, line with { Orders = Distinct(orders), Highest = Math.Max(line.Highest, ticket.Rank!.Value) });
    }

    private IEnumerable<int> Waiting(string order) => order.Where(t => Tickets[t - 1]!.Status == 'w').Select(t => (int)t);

    private static string Without(string order, int number) => order.Replace(((char)number).ToString(), "", StringComparison.Ordinal);

    private static string With(string order, int at, int number) => order.Insert(at, ((char)number).ToString());

    private static List<string> Distinct(IEnumerable<string> orders) => [.. orders.Distinct().Order(StringComparer.Ordinal)];

    private LineModel Set(int number, ModelTicket ticket, Standing? line = null) =>
        (line is null ? this : WithLine(ticket.Queue, line)) with
        {
            Tickets = [.. Tickets.Select((t, i) => i == number - 1 ? ticket : t)],
        };

    private LineModel WithLine(int queue, Standing line) => this with { Lines = [.. Lines.Select((l, i) => i == queue ? line : l)] };

    /// <summary>A line.</summary>
    /// <param name="Given">How many numbers it gave.</param>
    /// <param name="LastArrival">The moment that the last one who came counts as having come: milliseconds since 1970, UTC.</param>
    /// <param name="Highest">The highest that anybody stood by so far.</param>
    /// <param name="Orders">Each order that those who are open may stand in: of each ticket the character of its number.</param>
    public sealed record Standing(int Given, long LastArrival, long Highest, IReadOnlyList<string> Orders)
    {
        /// <inheritdoc/>
        public bool Equals(Standing? other) =>
            other is not null
            && (Given, LastArrival, Highest) == (other.Given, other.LastArrival, other.Highest)
            && Orders.SequenceEqual(other.Orders);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Given, LastArrival, Highest, Orders.Count);
    }
}
