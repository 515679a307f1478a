using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Users.Domain;

/// <summary>
/// What a one-time link holds: whom it is for and a secret of 32 bytes, as <c>ID.SECRET</c>. It stands in the fragment, which browsers send
/// nowhere.
/// </summary>
/// <param name="Id">The account or the invitation.</param>
/// <param name="Secret">The secret.</param>
internal sealed record LinkToken(string Id, string Secret)
{
    /// <summary>The longest that is read.</summary>
    public const int MaxLength = 128;

    private const int SecretBytes = 32;

    /// <summary>The form it is kept in.</summary>
    public string SecretHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    /// <summary>A new one for an account or an invitation.</summary>
    public static LinkToken New(string id) => new(id, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Reads one; <c>null</c> for what is none.</summary>
    public static LinkToken? Parse(string token) =>
        token.LastIndexOf('.') is > 0 and var dot && dot < token.Length - 1 ? new LinkToken(token[..dot], token[(dot + 1)..]) : null;

    /// <summary>Whether it is the one that is kept.</summary>
    public bool Fits(string? secretHash) =>
        secretHash is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(SecretHash), Encoding.UTF8.GetBytes(secretHash));

    /// <inheritdoc/>
    public override string ToString() => $"{Id}.{Secret}";
}
