using System.Diagnostics;
using System.Globalization;
using System.Text;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using SmartQueue.Contracts;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>
/// Events through analytics and notifications on RabbitMQ, against consumers of the plain client that only acknowledge:
/// the same broker, publisher, bytes, kind and number of queues.
/// </summary>
internal static class BusBenchmark
{
    private const int Outstanding = 512;
    private const int Rate = 200;
    private const ushort Prefetch = 256;
    private static readonly string[] Queues = ["analytics-tickets", "notifications-tickets"];
    private static readonly string[] Services = ["analytics", "notifications"];

    public static async Task RunAsync(Run run)
    {
        await using var broker = new RabbitMqNode();
        await broker.InitializeAsync();
        var uri = await broker.VirtualHostAsync();
        var envelope = await Envelope.CaptureAsync(uri);
        var size = run.Of(new Size(4_000, 60_000, 20), new Size(2_000, 6_000, 0));
        var plain = await PlainAsync(await broker.VirtualHostAsync(), envelope, size);
        var ours = await OursAsync(uri, envelope, size);
        run.Add(
            new()
            {
                Id = "bus.rate",
                What = "events through analytics and notifications",
                Ours = new(ours.PerSecond, "/s"),
                Against = new(plain.PerSecond, "/s"),
                AgainstWhat = "plain client",
                Better = Better.Higher,
                Aim = 0.5,
            }
        );
        if (size.RateSeconds > 0)
            run.Add(
                new()
                {
                    Id = "bus.p99",
                    What = $"99 of 100 events handled by then, at {Rate}/s",
                    Ours = new(ours.P99 * 1000, "ms"),
                    Against = new(plain.P99 * 1000, "ms"),
                    AgainstWhat = "plain client",
                    Better = Better.Lower,
                }
            );
    }

    private static async Task<Result> PlainAsync(Uri uri, Envelope envelope, Size size)
    {
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        var counts = new long[Queues.Length];
        var latencies = new List<double>();
        var channels = new List<IChannel>();
        await using var setup = await connection.CreateChannelAsync();
        await setup.ExchangeDeclareAsync(Envelope.Exchange, ExchangeType.Fanout, durable: true);
        for (var i = 0; i < Queues.Length; i++)
        {
            var index = i;
            await setup.QueueDeclareAsync(
                Queues[i],
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }
            );
            await setup.QueueBindAsync(Queues[i], Envelope.Exchange, "");
            var channel = await connection.CreateChannelAsync();
            channels.Add(channel);
            await channel.BasicQosAsync(0, Prefetch, global: false);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, message) =>
            {
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
                lock (latencies)
                    latencies.Add((DateTimeOffset.UtcNow - envelope.SentAt(message.Body.Span)).TotalSeconds);
                Interlocked.Increment(ref counts[index]);
            };
            await channel.BasicConsumeAsync(Queues[i], autoAck: false, consumer);
        }

        var perSecond = await ThroughputAsync(connection, envelope, size, () => Task.FromResult(counts.Min()));
        lock (latencies)
            latencies.Clear();
        await SteadyAsync(connection, envelope, size, () => Task.FromResult(counts.Min()));
        foreach (var channel in channels)
            await channel.DisposeAsync();
        latencies.Sort();
        return new(perSecond, latencies.Count == 0 ? 0 : latencies[(int)(latencies.Count * 0.99)]);
    }

    private static async Task<Result> OursAsync(Uri uri, Envelope envelope, Size size)
    {
        using var folder = new TemporaryFolder();
        var ports = Ports.Free(Services.Length);
        var settings = new Dictionary<string, string> { ["RABBITMQ_URI"] = uri.ToString() };
        var processes = await Task.WhenAll(
            Services.Select(
                (service, i) => SystemProcess.StartAsync(Path.Combine(folder.Path, service), ports[i], settings, "--services", service)
            )
        );
        try
        {
            // A process is ready before its queues are bound: what it publishes waits for them, what we publish would be lost.
            using var http = new HttpClient();
            foreach (var process in processes)
                await Eventually.GetAsync(
                    () => http.GetStringAsync(new Uri(process.Address, "/health/ready")),
                    health => !health.Contains("degraded", StringComparison.Ordinal)
                );

            await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
            // Nobody consumes it here, and the plain client has no third queue either.
            await using (var channel = await connection.CreateChannelAsync())
                await channel.QueueDeleteAsync("queues-tickets");
            var perSecond = await ThroughputAsync(connection, envelope, size, HandledAsync);
            if (size.RateSeconds == 0)
                return new(perSecond, 0);
            var before = await LagAsync();
            await SteadyAsync(connection, envelope, size, HandledAsync);
            var after = await LagAsync();
            var steady = after
                .Select(b => (b.Bound, Count: b.Count - before.Single(o => o.Bound == b.Bound).Count))
                .OrderBy(b => b.Bound)
                .ToList();
            // The bucket's bound: ours may be less.
            return new(perSecond, steady.First(b => b.Count >= 0.99 * steady[^1].Count).Bound);
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }

        async Task<long> HandledAsync() =>
            (
                await Task.WhenAll(
                    processes.Select(
                        (p, i) => Metrics.SumOrZeroAsync(p.Address, "smartqueue_events_lag_seconds_count", $"queue=\"{Queues[i]}\"")
                    )
                )
            ).Min(n => (long)n);

        async Task<IReadOnlyList<(double Bound, double Count)>> LagAsync() =>
            [
                .. (await Task.WhenAll(processes.Select(p => Metrics.BucketsAsync(p.Address, "smartqueue_events_lag_seconds"))))
                    .SelectMany(b => b)
                    .GroupBy(b => b.Bound)
                    .Select(g => (g.Key, g.Sum(b => b.Count))),
            ];
    }

    private static async Task<double> ThroughputAsync(IConnection connection, Envelope envelope, Size size, Func<Task<long>> handled)
    {
        await PublishAsync(connection, envelope, size.WarmUp);
        await HandledAsync(handled, size.WarmUp);
        var watch = Stopwatch.StartNew();
        await PublishAsync(connection, envelope, size.Events);
        await HandledAsync(handled, size.WarmUp + size.Events);
        return size.Events / watch.Elapsed.TotalSeconds;
    }

    private static async Task SteadyAsync(IConnection connection, Envelope envelope, Size size, Func<Task<long>> handled)
    {
        await using var channel = await connection.CreateChannelAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Rate));
        for (var i = 0; i < Rate * size.RateSeconds && await timer.WaitForNextTickAsync(); i++)
            await channel.BasicPublishAsync(Envelope.Exchange, "", mandatory: false, envelope.Properties, envelope.Next());
        await HandledAsync(handled, size.WarmUp + size.Events + (Rate * size.RateSeconds));
    }

    private static async Task PublishAsync(IConnection connection, Envelope envelope, int count)
    {
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(
                publisherConfirmationsEnabled: true,
                publisherConfirmationTrackingEnabled: true,
                outstandingPublisherConfirmationsRateLimiter: new System.Threading.RateLimiting.ConcurrencyLimiter(
                    new() { PermitLimit = Outstanding, QueueLimit = int.MaxValue }
                )
            )
        );
        var confirmed = new List<Task>(count);
        for (var i = 0; i < count; i++)
        {
            var publish = channel.BasicPublishAsync(Envelope.Exchange, "", mandatory: false, envelope.Properties, envelope.Next());
            if (!publish.IsCompletedSuccessfully)
                confirmed.Add(publish.AsTask());
            if (confirmed.Count == Outstanding)
            {
                await Task.WhenAll(confirmed);
                confirmed.Clear();
            }
        }

        await Task.WhenAll(confirmed);
    }

    private static Task HandledAsync(Func<Task<long>> handled, long expected) =>
        Eventually.GetAsync(handled, n => n >= expected, TimeSpan.FromMinutes(3));

    /// <param name="PerSecond">Events a second that both consumers have finished.</param>
    /// <param name="P99">At the steady rate, in seconds.</param>
    private sealed record Result(double PerSecond, double P99);

    /// <param name="WarmUp">Events before.</param>
    /// <param name="Events">Events that are measured, as fast as they go.</param>
    /// <param name="RateSeconds">How long they come at the steady rate afterwards.</param>
    private sealed record Size(int WarmUp, int Events, int RateSeconds);

    /// <summary>A called ticket's event as the bus writes it, with ids and times of its own each.</summary>
    private sealed class Envelope
    {
        private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, 123, TimeSpan.Zero);
        private readonly string template;
        private readonly string ticketId;
        private readonly string eventId;
        private readonly string time;
        private readonly int timeOffset;

        private Envelope(string template, string ticketId, string eventId, string time, BasicProperties properties)
        {
            this.template = template;
            this.ticketId = ticketId;
            this.eventId = eventId;
            this.time = time;
            Properties = properties;
            timeOffset = template.IndexOf(time, StringComparison.Ordinal);
        }

        public const string Exchange = "SmartQueue.Contracts:TicketCalled";

        public int Size => template.Length;

        public BasicProperties Properties { get; }

        /// <summary>Publishes one through the bus, and keeps its bytes.</summary>
        public static async Task<Envelope> CaptureAsync(Uri uri)
        {
            await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            var bus = Bus.Factory.CreateUsingRabbitMq(configure => configure.Host(uri));
            await bus.StartAsync();
            try
            {
                await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true);
                await channel.QueueDeclareAsync("capture", durable: false, exclusive: true, autoDelete: true);
                await channel.QueueBindAsync("capture", Exchange, "");
                var ticket = new TicketState
                {
                    Id = Guid.CreateVersion7().ToString(),
                    TicketNumber = "A-42",
                    QueueId = Guid.CreateVersion7().ToString(),
                    QueueName = "Registry",
                    ServiceDay = new(2026, 3, 2),
                    Status = TicketStatus.Called,
                    Counter = "3",
                    CreatedAt = At.AddMinutes(-9),
                    QueuedAt = At.AddMinutes(-9),
                    CalledAt = At.AddMinutes(-1),
                    Version = 2,
                };
                var called = new TicketCalled
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = At,
                    TicketId = ticket.Id,
                    QueueId = ticket.QueueId,
                    Version = 2,
                    Counter = "3",
                    Ticket = ticket,
                };
                await bus.Publish(called, c => c.MessageId = called.EventId);
                var message = await Eventually.GetAsync(
                    async () => await channel.BasicGetAsync("capture", autoAck: true),
                    m => m is not null
                );
                var text = Encoding.UTF8.GetString(message!.Body.Span);
                return new(text, ticket.Id, called.EventId.ToString(), TimeIn(text), new BasicProperties(message.BasicProperties));
            }
            finally
            {
                await bus.StopAsync();
            }
        }

        /// <summary>The bytes of one more.</summary>
        public byte[] Next() =>
            Encoding.UTF8.GetBytes(
                template
                    .Replace(ticketId, Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
                    .Replace(eventId, Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
                    .Replace(
                        time,
                        DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fff+00:00", CultureInfo.InvariantCulture),
                        StringComparison.Ordinal
                    )
            );

        /// <summary>When the bytes were made.</summary>
        public DateTimeOffset SentAt(ReadOnlySpan<byte> body) =>
            DateTimeOffset.Parse(Encoding.UTF8.GetString(body.Slice(timeOffset, time.Length)), CultureInfo.InvariantCulture);

        private static string TimeIn(string text)
        {
            var start = text.IndexOf("2026-03-02T09:00:00.123", StringComparison.Ordinal);
            return text[start..text.IndexOf('"', start)];
        }
    }
}
