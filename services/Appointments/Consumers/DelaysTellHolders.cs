using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Lets those know whose line is behind.</summary>
internal sealed class DelaysTellHolders(DelayDesk desk) : IEventConsumer<AppointmentsDelayed>
{
    public Task ConsumeAsync(AppointmentsDelayed happened, CancellationToken cancellationToken) =>
        desk.HearAsync(happened, cancellationToken);
}
