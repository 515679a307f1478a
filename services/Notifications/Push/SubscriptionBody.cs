using System.Buffers.Text;
using SmartQueue.Hosting.Http;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Push;

/// <summary>A subscription as the browser's Push API gives it (<c>PushSubscription.toJSON()</c>), and the guest's ticket it is
/// for.</summary>
/// <param name="Endpoint">The push service's address; https.</param>
/// <param name="Keys">The browser's keys. Needed to subscribe, not to unsubscribe.</param>
/// <param name="ExpirationTime">Part of what browsers give, and not used: the push service tells when a subscription is over.</param>
/// <param name="TicketId">The ticket, for a guest, who sends its tracking token too; absent for the caller's account.</param>
internal sealed record SubscriptionBody(string? Endpoint, SubscriptionKeys? Keys, double? ExpirationTime, string? TicketId)
{
    private const int LongestEndpoint = 2048;
    private const int SecretLength = 16;
    private const int MaxIdLength = 64;

    /// <summary>The subscription as it is kept, once every member was checked.</summary>
    /// <param name="userId">The account it is for.</param>
    /// <param name="anywhere">Whether http and private addresses are allowed.</param>
    /// <param name="now">The present time, UTC.</param>
    /// <exception cref="Hosting.Errors.RefusedException">It is malformed.</exception>
    public PushSubscription Read(string? userId, bool anywhere, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var endpoint = ReadEndpoint(errors, anywhere);
        var publicKey = Bytes(Keys?.P256dh);
        var secret = Bytes(Keys?.Auth);
        if (publicKey is null || !PushEncryption.IsPoint(publicKey))
            errors.Add("keys.p256dh", "must be a public key of P-256 in base64url");
        if (secret is not { Length: SecretLength })
            errors.Add("keys.auth", "must be 16 bytes in base64url");
        errors.ThrowIfAny();
        return new()
        {
            Id = PushSubscription.IdOf(endpoint),
            UserId = userId,
            TicketId = userId is null ? TicketId : null,
            Endpoint = endpoint,
            PublicKey = publicKey!,
            Secret = secret!,
            CreatedAt = now,
        };
    }

    /// <summary>The ticket asked for; <c>null</c> for none.</summary>
    /// <exception cref="Hosting.Errors.RefusedException">It is too long.</exception>
    public string? ReadTicketId()
    {
        var errors = new FieldErrors();
        var ticketId = errors.Optional("ticketId", TicketId, MaxIdLength);
        errors.ThrowIfAny();
        return ticketId;
    }

    private string ReadEndpoint(FieldErrors errors, bool anywhere)
    {
        if (
            Endpoint is not { Length: <= LongestEndpoint }
            || !Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri)
            || uri.UserInfo.Length > 0
            || (uri.Scheme != Uri.UriSchemeHttps && !(anywhere && uri.Scheme == Uri.UriSchemeHttp))
        )
        {
            errors.Add("endpoint", "must be an https address of at most 2048 characters");
            return "";
        }

        if (anywhere || PublicAddresses.MayContain(uri))
            return uri.AbsoluteUri;
        DeliveryMetrics.Refused();
        errors.Add("endpoint", "must be on the public internet");
        return "";
    }

    private static byte[]? Bytes(string? text) =>
        text is { Length: > 0 and <= 128 } && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
