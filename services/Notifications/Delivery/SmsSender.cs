using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SmartQueue.Hosting.Http;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Delivery;

/// <summary>
/// Text messages by HTTP: a form as Twilio takes it, or JSON signed with HMAC-SHA256 over <c>TIMESTAMP.BODY</c>
/// in <c>X-SmartQueue-Signature: t=TIMESTAMP,v1=HEX</c>. Numbers are E.164. <c>Idempotency-Key</c> is made of event and channel.
/// </summary>
internal sealed class SmsSender(SmsOptions options, PhoneNumberReader phones, IHttpClientFactory clients, TimeProvider time) : ISender
{
    /// <summary>The name of its HTTP client.</summary>
    public const string Client = "notifications-sms";

    private const string SignatureHeader = "X-SmartQueue-Signature";

    public string Channel => Channels.Sms;

    public int Concurrency => options.Concurrency;

    public TimeSpan Timeout { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Twilio sends a repeat again; the receiver of JSON is told the key to drop it by.</summary>
    public bool RepeatsAreHarmless => !options.Twilio;

    public bool HasProvider => true;

    public Task<IReadOnlyList<Destination>> DestinationsAsync(Notification notification, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Destination>>([new(Destination.HashOf(notification.Recipient!), null)]);

    public async Task SendAsync(Notification notification, Destination destination, CancellationToken cancellationToken)
    {
        var to = phones.Dialable(notification.Recipient!)
            ?? throw new DeliveryException(
                DeliveryFault.Nowhere,
                "The number has no country code, and the country of local numbers is not set (DEFAULT_COUNTRY)."
            );
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Address)
        {
            Content = options.Twilio ? Form(notification, to) : null,
        };
        request.Headers.Add("Idempotency-Key", notification.DeliveryKey);
        if (options.Credentials is { } credentials)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))
            );
        if (!options.Twilio)
            Sign(request, notification, to);
        using var response = await clients
            .CreateClient(Client)
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        HttpOutcome.ThrowIfNotTaken(response, "The provider of text messages", time);
    }

    private FormUrlEncodedContent Form(Notification notification, string to) =>
        new(
            new Dictionary<string, string>
            {
                ["To"] = to,
                ["From"] = options.From!,
                ["Body"] = notification.Message,
            }
        );

    private void Sign(HttpRequestMessage request, Notification notification, string to)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new SmsMessage(notification.DeliveryKey, to, options.From, notification.Message, notification.Language),
            JsonSerializerOptions.Web
        );
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
        var signature = HMACSHA256.HashData(options.Secret!, signed);
        request.Headers.Add(SignatureHeader, $"t={timestamp},v1={Convert.ToHexStringLower(signature)}");
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private sealed record SmsMessage(string Id, string To, string? From, string Message, string? Language);
}
