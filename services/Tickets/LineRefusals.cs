using System.Globalization;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Tickets;

/// <summary>The rules of a line in the words of a refusal, for every store alike.</summary>
internal static class LineRefusals
{
    /// <summary>How often a change is decided again because someone else was faster, before it is refused.</summary>
    public const int MaxRaces = 100;

    public static RefusedException TooManyRaces() =>
        new(ErrorCodes.ServiceUnavailable, "Too many changes at once. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>The queue's switch is off: nobody knows until when.</summary>
    public static RefusedException SwitchedOff(string queue) =>
        new(ErrorCodes.QueueClosed, $"{queue} is closed at the moment. Staff can tell you when it opens.");

    /// <summary>It is outside the queue's hours, or in a closure.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="now">The time on its wall clock.</param>
    /// <param name="opens">When it opens next, on the same clock; <c>null</c> where its hours do not say.</param>
    /// <param name="reason">Why it is closed, where somebody said.</param>
    public static RefusedException OutsideHours(string queue, DateTime now, DateTime? opens, string? reason) =>
        new(
            ErrorCodes.QueueClosed,
            $"{queue} is closed now{(reason is null ? "" : ": " + reason.TrimEnd('.'))}. "
                + (
                    opens is { } at
                        ? string.Create(CultureInfo.InvariantCulture, $"It opens {DayOf(at, now)} at {at:HH:mm}.")
                        : "Staff can tell you when it opens."
                )
        );

    public static RefusedException QueueFull(int capacity) =>
        new(
            ErrorCodes.QueueFull,
            string.Create(CultureInfo.InvariantCulture, $"The queue is full: it holds {capacity} tickets at once. Try again later.")
        );

    /// <summary>The line was closed so that its queue can be deleted.</summary>
    public static RefusedException LineClosed() => new(ErrorCodes.QueueClosed, "The queue gives no numbers any more: it is being deleted.");

    public static RefusedException AlreadyInQueue() => new(ErrorCodes.AlreadyInQueue, "This account has a ticket in this queue already.");

    public static RefusedException PhoneInQueue() =>
        new(ErrorCodes.AlreadyInQueue, "This phone number has a ticket in this queue already.");

    /// <summary>A network's guests hold as many places as they may.</summary>
    public static RefusedException NetworkFull(int places) =>
        new(
            ErrorCodes.RateLimited,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{places} numbers of this queue are held from your network, the most it may hold. Use one of them, or ask at the counter."
            )
        )
        {
            // A guess: when somebody of that network is served nobody knows.
            RetryAfter = TimeSpan.FromMinutes(1),
        };

    /// <summary>A network's guests join faster than they may.</summary>
    public static RefusedException JoinsTooFast(TimeSpan wait) =>
        new(
            ErrorCodes.RateLimited,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Too many numbers are taken from your network at once. Try again in {Math.Ceiling(wait.TotalSeconds)} seconds, or ask at the counter."
            )
        )
        {
            RetryAfter = wait,
        };

    public static RefusedException CounterBusy(string counter) =>
        new(ErrorCodes.CounterBusy, $"Counter {counter} has a called or serving ticket. Finish that one first.");

    // A weekday alone is the next one of that name.
    private static string DayOf(DateTime at, DateTime now) =>
        (at.Date - now.Date).Days switch
        {
            0 => "today",
            <= 7 => string.Create(CultureInfo.InvariantCulture, $"on {at:dddd}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"on {at:dddd, d MMMM}"),
        };
}
