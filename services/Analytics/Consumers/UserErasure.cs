using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Takes an erased account off all that is kept, also while recording is switched off.</summary>
internal sealed class UserErasure(IAnalyticsStore store) : IConsumer<UserErased>
{
    public Task Consume(ConsumeContext<UserErased> context) => store.EraseUserAsync(context.Message.UserId, context.CancellationToken);
}
