using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Testing;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class SweepFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(ITicketStore.RecoverAsync), Fault.Before)]
    [InlineData(nameof(ITicketStore.CalledAsync), Fault.Before)]
    [InlineData(nameof(ITicketStore.RecoverLineAsync), Fault.Before)]
    [InlineData(nameof(ITicketStore.SaveAsync), Fault.Before)]
    [InlineData(nameof(ITicketStore.SaveAsync), Fault.After)]
    public async Task A_sweep_that_fails_is_told_and_a_later_one_does_what_is_due_once(string method, Fault fault)
    {
        await using var host = await TicketsHost.StartAsync(Some.Queue(with: q => q with { NoShowAfter = 60 }));
        await host.TakeAsync();
        var called = (await host.CallNextAsync()).GetProperty("id").GetString()!;
        // Its own clock: that of the host stands still, and so does the sweep of the host.
        var time = new FakeTimeProvider(Some.Noon.AddMinutes(10));
        var lines = new LogLines();
        using var loggers = new LoggerFactory([lines]);
        var (store, faults) = Faulty<ITicketStore>.Of(host.Store);
        faults.Decide = m => m == method ? fault : Fault.None;
        using var sweeper = ActivatorUtilities.CreateInstance<LineSweeper>(host.Services, store, time, new Logger<LineSweeper>(loggers));

        await sweeper.StartAsync(Token);
        await Eventually.TrueAsync(() => Task.FromResult(lines.AtLeast(LogLevel.Error).Count == 1));
        faults.Decide = _ => Fault.None;
        var swept = faults.CountOf(nameof(ITicketStore.RecoverAsync));
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(faults.CountOf(nameof(ITicketStore.RecoverAsync)) > swept + 1);
        });
        await sweeper.StopAsync(Token);

        var ticket = (await host.Store.FindAsync(called, Token))!;
        Assert.Equal(TicketStatus.NoShow, ticket.Status);
        Assert.Single(ticket.History, h => h.To == TicketStatus.NoShow);
        Assert.Single(lines.AtLeast(LogLevel.Error));
    }
}
