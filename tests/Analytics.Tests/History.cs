using CsCheck;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Tests;

/// <summary>The lives of some tickets, and their events in the disorder they are delivered in.</summary>
/// <param name="Tickets">Each ticket's states in order.</param>
/// <param name="Deliveries">Every state at least once, in any order.</param>
/// <param name="EraseAfter">After how many deliveries the account <see cref="Leaver"/> is erased.</param>
internal sealed record History(IReadOnlyList<IReadOnlyList<TicketState>> Tickets, IReadOnlyList<TicketState> Deliveries, int EraseAfter)
{
    public const string Leaver = "leaver";

    private static readonly Gen<int[][]> Moves = Gen.Int[0, 999].Array[0, 12].Array[1, 5];

    public static readonly Gen<History> Any =
        from moves in Moves
        let tickets = moves.Select(Live).ToList()
        let events = tickets.SelectMany(t => t).ToArray()
        from repeats in Gen.Int[0, events.Length - 1].Array[0, events.Length]
        let all = events.Concat(repeats.Select(r => events[r])).ToArray()
        from deliveries in Gen.Shuffle(all)
        from eraseAfter in Gen.Int[0, all.Length]
        select new History(tickets, deliveries, eraseAfter);

    /// <summary>The same history at another pace, from <see cref="Samples.Morning"/> on.</summary>
    public History Slower(int factor)
    {
        return new History([.. Tickets.Select(t => t.Select(Stretch).ToList())], [.. Deliveries.Select(Stretch)], EraseAfter);

        TicketState Stretch(TicketState s) =>
            s with
            {
                CreatedAt = Later(s.CreatedAt)!.Value,
                QueuedAt = Later(s.QueuedAt)!.Value,
                AppointmentAt = Later(s.AppointmentAt),
                CalledAt = Later(s.CalledAt),
                ServingAt = Later(s.ServingAt),
                ServedAt = Later(s.ServedAt),
                ClosedAt = Later(s.ClosedAt),
            };

        DateTimeOffset? Later(DateTimeOffset? at) => at is { } known ? Samples.Morning + ((known - Samples.Morning) * factor) : null;
    }

    /// <summary>The same history of tickets, queue, branch and accounts nobody else has.</summary>
    public History Unique()
    {
        var mark = Guid.NewGuid().ToString("N");
        return new History([.. Tickets.Select(t => t.Select(Mark).ToList())], [.. Deliveries.Select(Mark)], EraseAfter);

        TicketState Mark(TicketState s) =>
            s with
            {
                Id = mark + s.Id,
                QueueId = mark,
                BranchId = mark,
                UserId = s.UserId is null ? null : mark + s.UserId,
                ServedBy = s.ServedBy is null ? null : mark + s.ServedBy,
            };
    }

    public override string ToString() =>
        string.Join("; ", Tickets.Select(t => string.Join(">", t.Select(s => s.Status))))
        + " | "
        + string.Join(",", Deliveries.Select(d => $"{d.Id}v{d.Version}"))
        + $" | erase {EraseAfter}";

    private static List<TicketState> Live(int[] moves, int index)
    {
        var now = Samples.Morning.AddSeconds(index * 7);
        var ticket = Samples.Ticket(
            $"t{index}",
            now,
            (index % 3) switch
            {
                0 => Leaver,
                1 => "stayer",
                _ => null,
            }
        ) with
        {
            Promise = index % 4 == 3 ? null : new WaitPromise(60 * index, 30 * index, 90 * index),
            // Some came for an appointment, before its time or after it.
            AppointmentAt = index % 2 == 1 ? now.AddSeconds(moves.Length == 0 ? 0 : moves[0] - 500) : null,
        };
        var states = new List<TicketState> { ticket };
        foreach (var move in moves)
        {
            now = now.AddSeconds(1 + move % 97);
            if (Move(ticket, move, now) is not { } next)
                break;
            states.Add(ticket = next);
        }

        return states;
    }

    private static TicketState Called(TicketState t, int move, DateTimeOffset now) =>
        t.Called(now, $"{move % 3}") with
        {
            // Some were called by earlier versions.
            CounterId = move % 5 == 0 ? null : $"counter-{move % 3}",
            ServedBy = (move % 4) switch
            {
                0 => Leaver,
                1 => null,
                _ => "operator",
            },
        };

    private static TicketState? Move(TicketState t, int move, DateTimeOffset now) =>
        t.Status switch
        {
            TicketStatus.Waiting => (move % 9) switch
            {
                0 => t.Closed(TicketStatus.Cancelled, now),
                1 => t with { Status = TicketStatus.Parked, Version = t.Version + 1 },
                2 => t.Closed(TicketStatus.Transferred, now),
                3 => t.Closed(TicketStatus.Expired, now),
                4 => t with { Labels = [$"label-{move}"], Version = t.Version + 1 },
                _ => Called(t, move, now),
            },
            TicketStatus.Called => (move % 7) switch
            {
                0 => t.Closed(TicketStatus.NoShow, now),
                1 => t.Requeued(),
                2 => t with { CalledAt = now, Recalls = t.Recalls + 1, Version = t.Version + 1 },
                3 => t.Served(now),
                4 => t.Closed(TicketStatus.Cancelled, now),
                _ => t.Serving(now),
            },
            TicketStatus.Serving when move % 3 == 0 => t with
            {
                Status = TicketStatus.Parked,
                Counter = null,
                CounterId = null,
                Version = t.Version + 1,
            },
            TicketStatus.Serving => t.Served(now),
            TicketStatus.Parked => t with { Status = TicketStatus.Waiting, Version = t.Version + 1 },
            TicketStatus.NoShow => move % 2 == 0 ? t.Requeued() : null,
            TicketStatus.Served when move % 3 == 0 => t with { Labels = ["late"], Version = t.Version + 1 },
            TicketStatus.Served or TicketStatus.Cancelled or TicketStatus.Transferred or TicketStatus.Expired => null,
        };
}
