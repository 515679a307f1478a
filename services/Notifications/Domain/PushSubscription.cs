using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Notifications.Domain;

/// <summary>A browser that takes push messages (Push API). Its address is a secret of its own: who knows it can send to it.</summary>
internal sealed record PushSubscription
{
    /// <summary>The most browsers of one account or ticket.</summary>
    public const int MaxPerOwner = 10;

    /// <summary>How long those of tickets are kept.</summary>
    public static readonly TimeSpan KeptForTicket = TimeSpan.FromDays(7);

    /// <summary>Made of the address, so that a browser that subscribes again replaces itself.</summary>
    public required string Id { get; init; }

    /// <summary>The account it belongs to; <c>null</c> for a guest's ticket.</summary>
    public string? UserId { get; init; }

    /// <summary>The guest's ticket it belongs to.</summary>
    public string? TicketId { get; init; }

    /// <summary>Where messages are posted to.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The browser's public key: a point of P-256, uncompressed.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The browser's authentication secret, 16 bytes.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>Made or renewed, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The id of an address.</summary>
    public static string IdOf(string endpoint) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(endpoint)));
}
