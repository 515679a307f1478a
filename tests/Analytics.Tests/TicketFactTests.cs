using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Tests;

public sealed class TicketFactTests
{
    [Fact]
    public void A_fact_tells_where_a_ticket_came_from_and_nothing_of_who_it_is()
    {
        var ticket = Samples.Ticket("t", Samples.Morning, "user") with
        {
            Source = TicketSource.Kiosk,
            Labels = ["passport"],
            VisitId = "v",
        };

        var fact = TicketFact.Of(ticket);

        Assert.Equal((TicketSource.Kiosk, "v", "user"), (fact.Source, fact.VisitId, fact.UserId));
        Assert.Equal(["passport"], fact.Labels);
        Assert.DoesNotContain("Ada", fact.ToString(), StringComparison.Ordinal);
    }
}
