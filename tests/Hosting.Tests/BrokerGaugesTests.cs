using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class BrokerGaugesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broker_that_is_away_is_asked_every_five_seconds_and_no_more_often()
    {
        var time = new FakeTimeProvider();
        var lines = new LogLines();
        using var loggers = new LoggerFactory([lines]);
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("RABBITMQ_URI", "amqp://127.0.0.1:1/")]).Build();
        var module = new ErasuresModule();
        var context = new ModuleContext(new SettingsReader(settings), [module], [module.Name], port: 4000);
        var topology = new BusTopology(survivesProcess: true);
        topology.Declared();
        using var gauges = new BrokerGauges(context, topology, time, new Logger<BrokerGauges>(loggers));
        await gauges.StartAsync(Token);

        for (var asked = 1; asked <= 4; asked++)
        {
            await Eventually.TrueAsync(() => Task.FromResult(Asked() >= asked));
            time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(asked, Asked());
            await Eventually.TrueAsync(() =>
            {
                if (Asked() == asked)
                    time.Advance(TimeSpan.FromMilliseconds(500));
                return Task.FromResult(Asked() > asked);
            });
        }

        await gauges.StopAsync(Token);

        int Asked() => lines.AtLeast(LogLevel.Warning).Count;
    }
}
