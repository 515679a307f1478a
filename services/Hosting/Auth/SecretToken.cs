using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Hosting.Auth;

/// <summary>What strangers prove with that something is theirs: shown to them once, and kept as a hash.</summary>
public static class SecretToken
{
    private const int Bytes = 32;

    /// <summary>One that nobody guesses, of letters that may stand in an address.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The kept form of one: SHA-256 in hexadecimal.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
