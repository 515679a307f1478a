using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments.Storage;

/// <summary>A place in a slot that is asked for.</summary>
/// <param name="AppointmentId">Who asks: what that appointment has is not in its own way.</param>
/// <param name="QueueId">The queue.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Places">How many places the slot has.</param>
internal sealed record SlotRequest(string AppointmentId, string QueueId, Slot Slot, int Places)
{
    /// <summary>The places that are free. Whoever was booked when slots were cut otherwise, and meets this one, has one of its places,
    /// too.</summary>
    /// <param name="taken">What is booked at the time, of others.</param>
    public IEnumerable<int> FreeAmong(IReadOnlyCollection<TakenPlace> taken)
    {
        var others = taken.Count(t => t.Start != Slot.Start);
        return Enumerable
            .Range(1, Math.Max(0, Places - others))
            .Except(taken.Where(t => t.Start == Slot.Start).Select(t => t.Place))
            .Take(Math.Max(0, Places - taken.Count));
    }

    /// <summary>None is free.</summary>
    public static RefusedException Taken() => new(ErrorCodes.SlotTaken, "That time has just been taken. Choose another one.");
}
