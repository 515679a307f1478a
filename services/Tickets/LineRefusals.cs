using System.Globalization;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Tickets;

/// <summary>The rules of a line in the words of a refusal, for every store alike.</summary>
internal static class LineRefusals
{
    public static RefusedException QueueFull(int capacity) =>
        new(ErrorCodes.QueueFull, string.Create(CultureInfo.InvariantCulture, $"The queue is full: it holds {capacity} tickets at once. Try again later."));

    public static RefusedException AlreadyInQueue() => new(ErrorCodes.AlreadyInQueue, "This account has a ticket in this queue already.");

    public static RefusedException CounterBusy(string counter) =>
        new(ErrorCodes.CounterBusy, $"Counter {counter} has a called or serving ticket. Finish that one first.");
}
