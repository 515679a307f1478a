using System.Buffers.Text;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace SmartQueue.Notifications.Tests;

/// <summary>The receiving side of RFC 8291, written from the RFC on another library than the sender's.</summary>
internal sealed class Browser
{
    private static readonly ECDomainParameters Curve = ECNamedDomainParameters.LookupOid(
        Org.BouncyCastle.Asn1.X9.X962NamedCurves.GetOid("prime256v1")
    );
    private readonly ECPrivateKeyParameters key;

    public Browser(byte[]? privateKey = null, byte[]? secret = null)
    {
        var d = privateKey is null ? new BigInteger(1, SecureRandom.GetNextBytes(new SecureRandom(), 31)) : new BigInteger(1, privateKey);
        key = new ECPrivateKeyParameters(d, Curve);
        PublicKey = Curve.G.Multiply(d).Normalize().GetEncoded(compressed: false);
        Secret = secret ?? SecureRandom.GetNextBytes(new SecureRandom(), 16);
    }

    public byte[] PublicKey { get; }

    public byte[] Secret { get; }

    public object Subscription(string endpoint, string? ticketId = null) =>
        new
        {
            endpoint,
            ticketId,
            expirationTime = (double?)null,
            keys = new { p256dh = Base64Url.EncodeToString(PublicKey), auth = Base64Url.EncodeToString(Secret) },
        };

    public string Decrypt(byte[] body)
    {
        var salt = body[..16];
        var senderKey = body[21..(21 + body[20])];
        var agreement = new ECDHBasicAgreement();
        agreement.Init(key);
        var shared = agreement
            .CalculateAgreement(new ECPublicKeyParameters(Curve.Curve.DecodePoint(senderKey), Curve))
            .ToByteArrayUnsigned();
        shared = [.. new byte[32 - shared.Length], .. shared];
        var input = Expand(shared, Secret, [.. "WebPush: info\0"u8, .. PublicKey, .. senderKey], 32);
        var cipher = new GcmBlockCipher(new AesEngine());
        cipher.Init(
            false,
            new AeadParameters(
                new KeyParameter(Expand(input, salt, [.. "Content-Encoding: aes128gcm\0"u8], 16)),
                128,
                Expand(input, salt, [.. "Content-Encoding: nonce\0"u8], 12)
            )
        );
        var sealedText = body[(21 + body[20])..];
        var plain = new byte[cipher.GetOutputSize(sealedText.Length)];
        cipher.DoFinal(plain, cipher.ProcessBytes(sealedText, 0, sealedText.Length, plain, 0));
        Assert.Equal(2, plain[^1]);
        return System.Text.Encoding.UTF8.GetString(plain[..^1]);
    }

    private static byte[] Expand(byte[] key, byte[] salt, byte[] info, int length)
    {
        var hkdf = new HkdfBytesGenerator(new Sha256Digest());
        hkdf.Init(new HkdfParameters(key, salt, info));
        var output = new byte[length];
        hkdf.GenerateBytes(output, 0, length);
        return output;
    }
}
