using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Users.Credentials;

/// <summary>Signing keys as PEM text: private keys on the curve P-256, the one that signs first.</summary>
internal static class SigningKeyPem
{
    private const int MaxKeys = 3;
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>The keys of a text.</summary>
    /// <exception cref="CryptographicException">There is none, or one is no private key on the curve.</exception>
    /// <exception cref="ArgumentException">One cannot be read.</exception>
    public static IReadOnlyList<ECDsa> Read(string text)
    {
        var keys = new List<ECDsa>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            // openssl ecparam -genkey writes the curve before the key.
            if (!rest[fields.Label].SequenceEqual("EC PARAMETERS"))
            {
                var key = ECDsa.Create();
                key.ImportFromPem(rest[fields.Location]);
                keys.Add(key);
            }

            rest = rest[fields.Location.End..];
        }

        return keys.Count > 0 && keys.TrueForAll(IsUsable)
            ? keys
            : throw new CryptographicException("A private key on the curve P-256 is missing.");
    }

    /// <summary>A text with one new key.</summary>
    public static string New() => Write([NewKey()]);

    /// <summary>The text with a new key first, and the latest ones before it.</summary>
    public static string Rotated(string text)
    {
        var keys = Read(text);
        try
        {
            return Write([NewKey(), .. keys.Take(MaxKeys - 1).Select(k => k.ExportPkcs8PrivateKeyPem())]);
        }
        finally
        {
            foreach (var key in keys)
                key.Dispose();
        }
    }

    private static bool IsUsable(ECDsa key)
    {
        // A public key throws here, since nothing could be signed with it.
        var parameters = key.ExportParameters(includePrivateParameters: true);
        CryptographicOperations.ZeroMemory(parameters.D);
        return parameters.Curve.Oid.Value == P256;
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string Write(IEnumerable<string> keys)
    {
        var text = new StringBuilder();
        foreach (var key in keys)
            text.Append(key).Append('\n');
        return text.ToString();
    }
}
