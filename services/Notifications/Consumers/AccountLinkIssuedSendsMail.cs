using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Notifications.Consumers;

internal sealed class AccountLinkIssuedSendsMail(LinkMailDesk desk) : IEventConsumer<AccountLinkIssued>
{
    public Task ConsumeAsync(AccountLinkIssued happened, CancellationToken cancellationToken) =>
        desk.MailAsync(happened, cancellationToken);
}
