using System.Collections.Concurrent;
using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class ParseOnceTests
{
    private const int Consumers = 3;

    [Fact]
    public async Task Consumers_in_a_process_get_one_record_of_a_message_with_all_that_it_said()
    {
        var heard = new ConcurrentBag<(QueueAnnouncement Message, Guid? Id)>();
        var bus = MassTransit.Bus.Factory.CreateUsingInMemory(configure =>
        {
            configure.AddDeserializer(new ParseOnce(), isDefault: true);
            for (var n = 1; n <= Consumers; n++)
                configure.ReceiveEndpoint($"consumer-{n}", endpoint => endpoint.Handler<QueueAnnouncement>(context =>
                    {
                        heard.Add((context.Message, context.MessageId));
                        return Task.CompletedTask;
                    }));
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        try
        {
            var said = new QueueAnnouncement
            {
                EventId = Guid.CreateVersion7(),
                OccurredAt = DateTimeOffset.UnixEpoch,
                QueueId = "q",
                Version = 1,
                Message = "Fire drill at noon",
            };
            await bus.Publish(said, c => c.MessageId = said.EventId, TestContext.Current.CancellationToken);

            await Eventually.TrueAsync(() => Task.FromResult(heard.Count == Consumers));
            Assert.Equal(said, heard.First().Message);
            Assert.All(heard, h => Assert.Same(heard.First().Message, h.Message));
            Assert.All(heard, h => Assert.Equal(said.EventId, h.Id));
        }
        finally
        {
            await bus.StopAsync(TestContext.Current.CancellationToken);
        }
    }
}
