using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>What a client asks of a line.</summary>
public enum LineAct
{
    /// <summary>Takes a number.</summary>
    Take,

    /// <summary>Calls the next to a counter.</summary>
    Call,

    /// <summary>Serves who is called.</summary>
    Serve,

    /// <summary>Cancels a ticket.</summary>
    Cancel,

    /// <summary>Sets who is called aside.</summary>
    Park,

    /// <summary>Brings back who was set aside.</summary>
    Unpark,

    /// <summary>Reads who waits.</summary>
    Read,
}

/// <summary>Something that was asked of a line, and the answer.</summary>
/// <param name="Act">What.</param>
/// <param name="Queue">Which of the lines, from 0.</param>
/// <param name="Who">The counter it is called to, from 0; the account a number is taken for, 0 for nobody's.</param>
/// <param name="Number">The ticket it is about, or that it gave; 0 for none.</param>
/// <param name="Refusal">The code it was refused with.</param>
/// <param name="Waiting">The numbers that were read.</param>
public sealed record LineCall(LineAct Act, int Queue, int Who, int Number, string? Refusal, IReadOnlyList<int>? Waiting = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Act} q{Queue} {(Who == 0 && Act != LineAct.Call ? "" : $"by {Who} ")}{(Refusal ?? (Waiting is null ? $"#{Number}" : $"[{string.Join(' ', Waiting)}]"))}"
        );
}

/// <summary>Lines and counters as the interface promises them, and nothing else: a ticket is a letter in the order of the numbers.</summary>
public sealed record LineModel
{
    /// <summary>In place of a refusal: it is served, by this client's first try or by another client.</summary>
    public const string ServedByThen = "SERVED_BY_THEN";

    /// <summary>What has become of each number of a line: waiting, called, parked, served or gone.</summary>
    public required IReadOnlyList<string> Tickets { get; init; }

    /// <summary>For whom each was taken.</summary>
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>Whom each counter holds: line and number.</summary>
    public required IReadOnlyList<(int Queue, int Number)> Counters { get; init; }

    /// <summary>How many may be open in a line.</summary>
    public required int Capacity { get; init; }

    /// <summary>Nobody anywhere.</summary>
    public static LineModel Empty(int queues, int counters, int capacity) =>
        new()
        {
            Tickets = [.. Enumerable.Repeat("", queues)],
            Owners = [.. Enumerable.Repeat("", queues)],
            Counters = [.. Enumerable.Repeat((0, 0), counters)],
            Capacity = capacity,
        };

    /// <summary>The lines after a call with its answer, or <c>null</c> where that answer would be wrong.</summary>
    public LineModel? Next(LineCall call)
    {
        var tickets = Tickets[call.Queue];
        var status = call.Number > 0 && call.Number <= tickets.Length ? tickets[call.Number - 1] : '-';
        switch (call.Act)
        {
            case LineAct.Take:
                var full = tickets.Count(IsOpen) >= Capacity;
                var already = call.Who > 0 && Owners[call.Queue].Where((o, i) => o == '0' + call.Who && IsOpen(tickets[i])).Any();
                return call.Refusal switch
                {
                    "QUEUE_FULL" => full ? this : null,
                    "ALREADY_IN_QUEUE" => already ? this : null,
                    null when !full && !already && call.Number == tickets.Length + 1 => With(call.Queue, tickets + 'w') with
                    {
                        Owners = Replaced(Owners, call.Queue, Owners[call.Queue] + (char)('0' + call.Who)),
                    },
                    _ => null,
                };
            case LineAct.Call:
                var busy = Counters[call.Who].Number != 0;
                var first = tickets.IndexOf('w', StringComparison.Ordinal) + 1;
                return call.Refusal switch
                {
                    "COUNTER_BUSY" => busy ? this : null,
                    null when call.Number == 0 => first == 0 ? this : null,
                    null when !busy && call.Number == first => Set(call.Queue, first, 'c') with
                    {
                        Counters = Replaced(Counters, call.Who, (call.Queue, first)),
                    },
                    _ => null,
                };
            case LineAct.Serve when call.Refusal == ServedByThen:
                return status == 's' ? this : Move(call with { Refusal = null }, status, status == 'c', 's');
            case LineAct.Serve:
                return Move(call, status, status == 'c', 's');
            case LineAct.Cancel:
                // A repeat is harmless.
                return status == 'x' && call.Refusal is null ? this : Move(call, status, status is 'w' or 'c' or 'p', 'x');
            case LineAct.Park:
                return Move(call, status, status is 'w' or 'c', 'p');
            case LineAct.Unpark:
                return Move(call, status, status == 'p', 'w');
            case LineAct.Read:
                return call.Waiting!.SequenceEqual(Enumerable.Range(1, tickets.Length).Where(n => tickets[n - 1] == 'w')) ? this : null;
            default:
                throw new InvalidOperationException($"{call.Act}");
        }
    }

    /// <inheritdoc/>
    public bool Equals(LineModel? other) =>
        other is not null
        && Tickets.SequenceEqual(other.Tickets)
        && Owners.SequenceEqual(other.Owners)
        && Counters.SequenceEqual(other.Counters);

    /// <inheritdoc/>
    public override int GetHashCode() => string.Join('/', Tickets).GetHashCode(StringComparison.Ordinal);

    private static bool IsOpen(char status) => status is 'w' or 'c' or 'p';

    private LineModel? Move(LineCall call, char status, bool allowed, char to)
    {
        if (call.Refusal is not null)
            return call.Refusal == "INVALID_TRANSITION" && !allowed ? this : null;
        if (!allowed)
            return null;
        var next = Set(call.Queue, call.Number, to);
        return status == 'c' ? next with { Counters = [.. Counters.Select(c => c == (call.Queue, call.Number) ? (0, 0) : c)] } : next;
    }

    private LineModel Set(int queue, int number, char status) =>
        With(queue, Tickets[queue][..(number - 1)] + status + Tickets[queue][number..]);

    private LineModel With(int queue, string tickets) => this with { Tickets = Replaced(Tickets, queue, tickets) };

    private static IReadOnlyList<T> Replaced<T>(IReadOnlyList<T> list, int at, T value) => [.. list.Select((v, i) => i == at ? value : v)];
}
