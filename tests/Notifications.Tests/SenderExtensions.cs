using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Tests;

internal static class SenderExtensions
{
    /// <summary>Hands a message over for its only destination.</summary>
    public static async Task SendAsync(this ISender sender, Notification notification, CancellationToken cancellationToken) =>
        await sender.SendAsync(
            notification,
            Assert.Single(await sender.DestinationsAsync(notification, cancellationToken)),
            cancellationToken
        );
}
