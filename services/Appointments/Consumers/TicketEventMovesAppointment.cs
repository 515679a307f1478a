using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Tells an appointment what became of the ticket that who came for it got.</summary>
internal sealed class TicketEventMovesAppointment<TEvent>(ArrivalDesk desk) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task Consume(ConsumeContext<TEvent> context) => desk.FollowAsync(context.Message, context.CancellationToken);
}
