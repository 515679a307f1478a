using MassTransit;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Takes an erased account off all that is kept, also while recording is switched off.</summary>
internal sealed class UserErasedAnonymizesFacts(IAnalyticsStore store) : IConsumer<UserErased>
{
    public Task Consume(ConsumeContext<UserErased> context) => store.EraseUserAsync(context.Message.UserId, context.CancellationToken);
}
