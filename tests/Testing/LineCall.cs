using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>Something that was asked of a line, and the answer.</summary>
/// <param name="Act">What.</param>
/// <param name="Queue">Which of the lines, from 0.</param>
/// <param name="Who">The counter it is called to, from 0; the account a number is taken for, 0 for nobody's.</param>
/// <param name="Ticket">The ticket it is about, or that it gave, as clients count them from 1; 0 for none.</param>
/// <param name="Refusal">The code it was refused with.</param>
public sealed record LineCall(LineAct Act, int Queue, int Who, int Ticket, string? Refusal)
{
    /// <summary>The number that was given.</summary>
    public int Number { get; init; }

    /// <summary>The version that the ticket was told to have then; 0 where the answer did not tell.</summary>
    public long Version { get; init; }

    /// <summary>When the ticket was told to be taken, or to go on elsewhere: milliseconds since 1970, UTC.</summary>
    public long At { get; init; }

    /// <summary>How many were to go first.</summary>
    public int Places { get; init; }

    /// <summary>The line it is transferred to.</summary>
    public int To { get; init; }

    /// <summary>The ticket that goes on with it there.</summary>
    public int Successor { get; init; }

    /// <summary>How many other changes of this line were asked for before it was answered and answered after it was asked.</summary>
    public int Beside { get; init; }

    /// <summary>How often it was asked until it was answered.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How many others of this line in that time, or before and not answered at first, may have been half done, and it itself where it
    /// was asked again. Only where lines are kept in parts.</summary>
    public int Rivals { get; init; }

    /// <summary>The tickets that others changed in that time. Only of a list that is read in parts.</summary>
    public IReadOnlyCollection<int> Changing { get; init; } = [];

    /// <summary>Everybody in the line as read, with w for waiting, c for called and p for set aside.</summary>
    public IReadOnlyList<(int Ticket, char Status)>? Line { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var more = Act switch
        {
            LineAct.Take when Refusal is null => $" number {Number}",
            LineAct.Defer or LineAct.Requeue => $" behind {Places}, {Beside} beside",
            LineAct.Transfer => $" to q{To} as #{Successor}",
            LineAct.Read when Changing.Count > 0 => $" while {string.Join(' ', Changing)} changed",
            _ => "",
        };
        var answer = Refusal
            ?? (Line is null ? $"#{Ticket} v{Version}" : $"[{string.Join(' ', Line.Select(t => $"{t.Ticket}{t.Status}"))}]");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(Attempts > 1 ? "again " : "")}{Act} q{Queue} {(Who == 0 && Act != LineAct.Call ? "" : $"by {Who} ")}{(Refusal is null ? "" : $"#{Ticket} ")}{answer}{more}"
        );
    }
}
