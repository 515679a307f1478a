using System.Text;
using RabbitMQ.Client;

namespace SmartQueue.Hosting.Bus;

/// <summary>Puts back messages whose consumer gave up on them, once their cause is mended.</summary>
public static class ErrorQueues
{
    /// <summary>Where the broker's policy puts messages that were given back too often without an answer.</summary>
    public const string DeadLetters = "smartqueue.dead";

    private const string Suffix = "_error";
    private const string FaultPrefix = "MT-Fault-";
    private const string FirstQueue = "x-first-death-queue";

    // What the broker counts and notes of earlier deaths would make it give up sooner.
    private static readonly string[] BrokerHeaders =
    [
        "x-death",
        "x-delivery-count",
        FirstQueue,
        "x-first-death-reason",
        "x-first-death-exchange",
        "x-last-death-queue",
        "x-last-death-reason",
        "x-last-death-exchange",
    ];

    /// <summary>Moves what lies in a queue's error queue back to it. Each is confirmed by the broker before it is taken out: a crash
    /// repeats, and loses nothing.</summary>
    /// <param name="broker">The address of the broker.</param>
    /// <param name="queue">A service's queue, such as <c>analytics-tickets</c>, or <see cref="DeadLetters"/>, whose messages go back to
    /// where they came from.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many were put back: at most as many as lay there at the beginning, so that one that fails again does not go round for
    /// ever.</returns>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">The broker does not answer.</exception>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">The queue does not exist.</exception>
    public static async Task<int> ReplayAsync(Uri broker, string queue, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = broker, ClientProvidedName = "smartqueue replay-errors" };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellationToken
        );
        var source = queue == DeadLetters ? queue : Of(queue);
        var lying = (await channel.QueueDeclarePassiveAsync(source, cancellationToken)).MessageCount;
        if (queue != DeadLetters)
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        var moved = 0;
        while (moved < lying && await channel.BasicGetAsync(source, autoAck: false, cancellationToken) is { } message)
        {
            var properties = new BasicProperties(message.BasicProperties) { Headers = Cleaned(message.BasicProperties.Headers) };
            await channel.BasicPublishAsync(
                exchange: "",
                Target(queue, message),
                mandatory: true,
                properties,
                message.Body,
                cancellationToken
            );
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
            moved++;
        }

        return moved;
    }

    /// <summary>The name of the queue that holds what a queue's consumers gave up on.</summary>
    public static string Of(string queue) => queue + Suffix;

    private static string Target(string queue, BasicGetResult message) =>
        queue != DeadLetters ? queue
        : message.BasicProperties.Headers?.TryGetValue(FirstQueue, out var first) == true && first is byte[] name
            ? Encoding.UTF8.GetString(name)
        : throw new InvalidDataException($"A message in {DeadLetters} does not say which queue it came from.");

    private static Dictionary<string, object?>? Cleaned(IDictionary<string, object?>? headers) =>
        headers?.Where(h => !h.Key.StartsWith(FaultPrefix, StringComparison.Ordinal) && !BrokerHeaders.Contains(h.Key)).ToDictionary();
}
