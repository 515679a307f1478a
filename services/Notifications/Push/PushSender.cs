using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Push;

/// <summary>
/// Web Push (RFC 8030) to every browser of an account or a ticket. The message carries a tag made of its event, by which a browser
/// shows a repeat in place of the first.
/// </summary>
internal sealed class PushSender(VapidKey vapid, INotificationStore store, IHttpClientFactory clients, TimeProvider time) : ISender
{
    /// <summary>The name of its HTTP client.</summary>
    public const string Client = "notifications-push";

    private const int LongestTopic = 32;
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(30);

    public string Channel => Channels.Push;

    public int Concurrency => 16;

    public TimeSpan Timeout { get; } = TimeSpan.FromSeconds(10);

    public bool RepeatsAreHarmless => true;

    public bool HasProvider => false;

    public async Task<IReadOnlyList<Destination>> DestinationsAsync(Notification notification, CancellationToken cancellationToken) =>
        [
            .. (await store.SubscriptionsAsync(notification.UserId, notification.TicketId, cancellationToken)).Select(
                s => new PushDestination(s, new Uri(s.Endpoint).GetLeftPart(UriPartial.Authority))
            ),
        ];

    public async Task SendAsync(Notification notification, Destination destination, CancellationToken cancellationToken)
    {
        var subscription = ((PushDestination)destination).Subscription;
        var endpoint = new Uri(subscription.Endpoint);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new ByteArrayContent(PushEncryption.Encrypt(Text(notification), subscription.PublicKey, subscription.Secret))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream"), ContentEncoding = { "aes128gcm" } },
        };
        request.Headers.TryAddWithoutValidation("Authorization", vapid.Authorization(endpoint, time.GetUtcNow()));
        request.Headers.Add("TTL", ((int)TimeToLive.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Urgency", TemplateNames.Urgent.Contains(notification.Template) ? "high" : "normal");
        // A later message on the same matter replaces one that has not reached the browser yet.
        request.Headers.Add(
            "Topic",
            Topic($"{notification.TicketId ?? notification.Appointment?.Id ?? notification.EventId} {notification.Template}")
        );
        using var response = await clients
            .CreateClient(Client)
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            await store.RemoveSubscriptionAsync(subscription.Id, cancellationToken);
            throw new DeliveryException(DeliveryFault.Nowhere, Suppression.Nowhere);
        }

        HttpOutcome.ThrowIfNotTaken(response, "The push service", time);
    }

    private static byte[] Text(Notification notification)
    {
        var message = notification.Message;
        while (true)
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(
                new PushMessage(
                    notification.Subject,
                    message,
                    notification.EventId,
                    notification.Template,
                    notification.TicketId,
                    notification.Appointment?.Id,
                    notification.Language
                ),
                JsonSerializerOptions.Web
            );
            if (text.Length <= PushEncryption.LongestText)
                return text;
            message = message[..(message.Length / 2)];
        }
    }

    private static string Topic(string about) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(about)))[..LongestTopic];

    private sealed record PushDestination(PushSubscription Subscription, string Origin) : Destination(Subscription.Id, Origin);

    private sealed record PushMessage(
        string Title,
        string Body,
        string Tag,
        string Template,
        string? TicketId,
        string? AppointmentId,
        string? Language
    );
}
