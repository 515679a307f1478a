using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>What every store of those who are expected does.</summary>
public abstract class BookingStoreContract : IAsyncLifetime
{
    private protected abstract IBookingStore Store { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task Who_is_expected_is_known_by_the_latest_version_in_whatever_order_it_is_told()
    {
        await SaveAsync("a", 10, version: 2);
        await SaveAsync("a", 5);
        await SaveAsync("b", 20);
        await SaveAsync("c", 15, version: 2, expected: false);
        await SaveAsync("c", 15);
        await SaveAsync("d", 60);
        await SaveAsync("e", 12, queueId: "q2");
        Assert.Equal([10, 20], await ExpectedAsync("q1", 0, 60));
        Assert.Equal([20, 60], await ExpectedAsync("q1", 11, 61));
        Assert.Equal([12], await ExpectedAsync("q2", 0, 60));
        await SaveAsync("b", 20, version: 2, expected: false);
        Assert.Equal([10], await ExpectedAsync("q1", 0, 60));
    }

    [Fact]
    public async Task Of_those_of_two_days_before_nothing_is_kept()
    {
        await SaveAsync("a", 0);
        await SaveAsync("b", 2 * 24 * 60);
        Assert.Equal([0], await ExpectedAsync("q1", 0, 1));
        await SaveAsync("c", 2 * 24 * 60 + 1);
        Assert.Empty(await ExpectedAsync("q1", 0, 1));
    }

    private Task SaveAsync(string id, int minutes, long version = 1, bool expected = true, string queueId = "q1") =>
        Store.SaveAsync(new Booking(id, queueId, Some.Noon.AddMinutes(minutes), expected, version), Token);

    private async Task<IReadOnlyList<int>> ExpectedAsync(string queueId, int from, int to) =>
        [
            .. (await Store.ExpectedAsync(queueId, Some.Noon.AddMinutes(from), Some.Noon.AddMinutes(to), Token)).Select(t =>
                (int)(t - Some.Noon).TotalMinutes
            ),
        ];
}
