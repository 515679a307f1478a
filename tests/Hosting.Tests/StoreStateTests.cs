using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Tests;

/// <summary>What an operator is told before an upgrade.</summary>
public sealed class StoreStateTests
{
    private static readonly StoreView Tickets = new("tickets", "file /data/tickets.db", ["makes it", "adds lines", "adds turns"], null!)
    {
        File = "/data/tickets.db",
    };

    [Fact]
    public void Steps_are_told_by_the_version_that_each_leads_to()
    {
        Assert.Equal([(1, "makes it"), (2, "adds lines"), (3, "adds turns")], new StoreState(Tickets, null).Pending);
        Assert.Equal([(2, "adds lines"), (3, "adds turns")], new StoreState(Tickets, 1).Pending);
        Assert.Empty(new StoreState(Tickets, 3).Pending);
    }

    [Fact]
    public void A_copy_is_kept_of_a_file_that_is_about_to_change()
    {
        Assert.Equal("/data/tickets.db.v2", new StoreState(Tickets, 2).KeptCopy);
        Assert.Null(new StoreState(Tickets, 3).KeptCopy);
        Assert.Null(new StoreState(Tickets, null).KeptCopy);
        Assert.Null(new StoreState(Tickets with { File = null }, 2).KeptCopy);
    }

    [Fact]
    public void Only_a_later_version_than_is_known_is_refused()
    {
        Assert.Null(new StoreState(Tickets, 3).Refusal);
        Assert.Null(new StoreState(Tickets, null).Refusal);
        Assert.Contains("is of version 4", new StoreState(Tickets, 4).Refusal!.Message, StringComparison.Ordinal);
    }
}
