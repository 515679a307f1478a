using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Consumers;

internal sealed class AccountLinkIssuedSendsMail(LinkMailDesk desk) : IConsumer<AccountLinkIssued>
{
    public Task Consume(ConsumeContext<AccountLinkIssued> context) => desk.MailAsync(context.Message, context.CancellationToken);
}
