using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Lets those know whose line is behind.</summary>
internal sealed class DelaysTellHolders(DelayDesk desk) : IConsumer<AppointmentsDelayed>
{
    public Task Consume(ConsumeContext<AppointmentsDelayed> context) => desk.HearAsync(context.Message, context.CancellationToken);
}
