using RabbitMQ.Client.Exceptions;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Host;

/// <summary>Puts messages that were set aside back in their queue.</summary>
internal static class ReplayErrorsCommand
{
    /// <summary>Returns 0, or 1 with one sentence on standard error.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken stop)
    {
        try
        {
            if (args is not ["--queue", var queue])
                throw new StartupException(
                    $"replay-errors takes --queue with the name of a service's queue, such as analytics-tickets, or {ErrorQueues.DeadLetters}."
                );
            var broker = ProcessSettings.Read().Address("RABBITMQ_URI", "amqp", "amqps")
                ?? throw new StartupException("RABBITMQ_URI must be set: only a broker keeps messages that failed.");
            var moved = await ErrorQueues.ReplayAsync(broker, queue, stop);
            Console.WriteLine(
                $"Put {moved} {(moved == 1 ? "message" : "messages")} back in {(queue == ErrorQueues.DeadLetters ? "their queues" : queue)}."
            );
            return 0;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            // A queue for errors is made with its first message.
            await Console.Error.WriteLineAsync($"There is nothing to put back: the broker has no queue {ErrorQueues.Of(args[1])}.");
            return 1;
        }
        catch (Exception e)
            when (e is StartupException or BrokerUnreachableException or OperationInterruptedException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
