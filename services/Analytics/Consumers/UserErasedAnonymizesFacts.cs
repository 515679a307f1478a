using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Takes an erased account off all that is kept, also while recording is switched off.</summary>
internal sealed class UserErasedAnonymizesFacts(IAnalyticsStore store) : IEventConsumer<UserErased>
{
    public Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken) =>
        store.EraseUserAsync(happened.UserId, cancellationToken);
}
