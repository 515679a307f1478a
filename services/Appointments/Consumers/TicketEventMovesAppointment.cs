using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Tells an appointment what became of the ticket that who came for it got.</summary>
internal sealed class TicketEventMovesAppointment<TEvent>(ArrivalDesk desk) : IEventConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken) => desk.FollowAsync(happened, cancellationToken);
}
