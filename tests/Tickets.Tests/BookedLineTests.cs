using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Tests;

/// <summary>Reckonings of a line with appointments; the whole is held against a model in <see cref="BookedLineModelTests"/>.</summary>
public sealed class BookedLineTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void However_many_more_become_due_no_more_go_first_than_are_called_in_a_row(int more)
    {
        var turn = new BookedTurn { At = Some.Noon.AddMinutes(-1), InARow = 2 };
        var line = new BookedLine([new("a", 1, turn), new("b", 2, turn)], InARow: 0);

        Assert.Equal(2, line.Ahead("walk-in", 3, turn: null, before: 2, others: 2, Some.Noon));
        Assert.Equal(2, line.AheadWithMore(2, "walk-in", more, most: 2, Some.Noon));
    }

    [Fact]
    public void Those_who_become_due_go_before_a_walk_in_beside_those_who_are()
    {
        var turn = new BookedTurn { At = Some.Noon, InARow = 3 };
        var line = new BookedLine([new("a", 1, turn), new("later", 2, turn with { At = Some.Noon.AddMinutes(1) })], InARow: 0);

        Assert.Equal(2, line.AheadWithMore(1, "walk-in", more: 1, most: 3, Some.Noon));
    }
}
