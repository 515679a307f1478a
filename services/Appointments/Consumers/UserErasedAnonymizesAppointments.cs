using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Removes what tells who an erased account's appointments belonged to; the times stay booked. The links to calendars that it made
/// end with it: only its holder was shown them.</summary>
internal sealed class UserErasedAnonymizesAppointments(IAppointmentStore store, IFeedStore feeds) : IEventConsumer<UserErased>
{
    public async Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken)
    {
        await store.EraseUserAsync(happened.UserId, cancellationToken);
        await feeds.RemoveOfUserAsync(happened.UserId, cancellationToken);
    }
}
