using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Notifications.Push;

/// <summary>Encrypts a push message for one browser: RFC 8291, in the content coding <c>aes128gcm</c> of RFC 8188, as one record.</summary>
internal static class PushEncryption
{
    /// <summary>The longest text: push services take 4096 bytes in all (RFC 8030, 7.2), of which 103 are header, end mark and
    /// tag.</summary>
    public const int LongestText = 4096 - HeaderLength - 1 - TagLength;

    private const int SaltLength = 16;
    private const int KeyLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int PointLength = 65;
    private const int HeaderLength = SaltLength + sizeof(int) + 1 + PointLength;
    private const int RecordSize = 4096;
    private const byte LastRecord = 2;

    /// <summary>The body of the request.</summary>
    /// <param name="text">What the browser gets.</param>
    /// <param name="browserKey">The browser's public key, an uncompressed point of P-256.</param>
    /// <param name="browserSecret">The browser's authentication secret.</param>
    /// <exception cref="CryptographicException">The key is not a point of the curve.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> text, byte[] browserKey, byte[] browserSecret)
    {
        using var ours = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(text, browserKey, browserSecret, ours, RandomNumberGenerator.GetBytes(SaltLength));
    }

    /// <summary>The same with a given key and salt, for the test vector of the RFC.</summary>
    internal static byte[] Encrypt(ReadOnlySpan<byte> text, byte[] browserKey, byte[] browserSecret, ECDiffieHellman ours, byte[] salt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, LongestText);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(browserKey) });
        var ourKey = Bytes(ours.ExportParameters(includePrivateParameters: false).Q);

        // RFC 8291, 3.4.
        var shared = ours.DeriveRawSecretAgreement(theirs.PublicKey);
        byte[] keyInfo = [.. "WebPush: info\0"u8, .. browserKey, .. ourKey];
        var inputKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, browserSecret, keyInfo);

        // RFC 8188, 2.2 and 2.3.
        var key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            inputKey,
            KeyLength,
            salt,
            Encoding.ASCII.GetBytes("Content-Encoding: aes128gcm\0")
        );
        var nonce = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            inputKey,
            NonceLength,
            salt,
            Encoding.ASCII.GetBytes("Content-Encoding: nonce\0")
        );
        byte[] plain = [.. text, LastRecord];
        var body = new byte[HeaderLength + plain.Length + TagLength];
        salt.CopyTo(body, 0);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(SaltLength), RecordSize);
        body[SaltLength + sizeof(int)] = PointLength;
        ourKey.CopyTo(body, SaltLength + sizeof(int) + 1);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, plain, body.AsSpan(HeaderLength, plain.Length), body.AsSpan(HeaderLength + plain.Length));
        return body;
    }

    /// <summary>Whether bytes are a point of P-256, uncompressed.</summary>
    public static bool IsPoint(byte[] bytes)
    {
        if (bytes.Length != PointLength || bytes[0] != 4)
            return false;
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(bytes) });
            return true;
        }
        catch (CryptographicException)
        {
            // Not on the curve, which is the answer.
            return false;
        }
    }

    /// <summary>A point as bytes: 4, X, Y.</summary>
    public static byte[] Bytes(ECPoint point) => [4, .. point.X!, .. point.Y!];

    private static ECPoint Point(byte[] bytes) => new() { X = bytes[1..33], Y = bytes[33..65] };
}
