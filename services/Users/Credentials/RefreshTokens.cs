using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Users.Credentials;

/// <summary>Refresh tokens: 32 bytes that say nothing.</summary>
internal static class RefreshTokens
{
    private const int TokenBytes = 32;
    private const int SaltBytes = 16;
    private static readonly byte[] Purpose = Encoding.UTF8.GetBytes("smartqueue-refresh");

    /// <summary>The first one of a session.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>What makes the next one unknown to those who only hold the one before.</summary>
    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltBytes);

    /// <summary>
    /// The token after another one. Derived and not drawn, so that a repeat gets the same one although the store keeps no token:
    /// the salt is in the store, the token before is with its holder, and it takes both.
    /// </summary>
    public static string After(string token, byte[] salt) =>
        Base64Url.EncodeToString(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(token), TokenBytes, salt, Purpose));

    /// <summary>The form it is kept in.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
