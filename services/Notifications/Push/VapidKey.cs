using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Notifications.Push;

/// <summary>
/// Who we are to push services (VAPID, RFC 8292). The key is made at the first start and kept in the data folder; subscriptions are bound
/// to it, so losing it loses them.
/// </summary>
internal sealed class VapidKey : IDisposable
{
    private const string FileName = "vapid-key.pem";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private readonly ECDsa key;
    private readonly string subject;

    private VapidKey(ECDsa key, string subject)
    {
        this.key = key;
        this.subject = subject;
        PublicKey = Base64Url.EncodeToString(PushEncryption.Bytes(key.ExportParameters(includePrivateParameters: false).Q));
    }

    /// <summary>The public key as browsers take it: an uncompressed point of P-256 in base64url.</summary>
    public string PublicKey { get; }

    /// <summary>Reads <c>VAPID_SUBJECT</c> and the key, which is made where there is none; <c>null</c> without a subject.</summary>
    /// <exception cref="StartupException">The subject is no address, or the key cannot be read or written.</exception>
    public static VapidKey? Read(SettingsReader settings, string dataFolder)
    {
        if (settings.Text("VAPID_SUBJECT") is not { } subject)
            return null;
        if (!Uri.TryCreate(subject, UriKind.Absolute, out var uri) || uri.Scheme is not ("mailto" or "https"))
            throw new StartupException(
                "VAPID_SUBJECT must be an address for push services to complain to, such as mailto:admin@example.org."
            );
        var path = Path.Combine(dataFolder, FileName);
        var key = ECDsa.Create();
        try
        {
            if (!File.Exists(path))
                Make(path, dataFolder);
            key.ImportFromPem(File.ReadAllText(path));
            return new VapidKey(key, subject);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new StartupException($"The key of Web Push, {path}, cannot be used: {e.Message}");
        }
    }

    /// <summary>The <c>Authorization</c> header for a push service.</summary>
    /// <param name="endpoint">The subscription's address.</param>
    /// <param name="now">The present time, UTC.</param>
    public string Authorization(Uri endpoint, DateTimeOffset now)
    {
        var header = Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8);
        var claims = Base64Url.EncodeToString(
            JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object>
                {
                    ["aud"] = endpoint.GetLeftPart(UriPartial.Authority),
                    ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
                    ["sub"] = subject,
                }
            )
        );
        var signature = key.SignData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"vapid t={header}.{claims}.{Base64Url.EncodeToString(signature)}, k={PublicKey}";
    }

    public void Dispose() => key.Dispose();

    private static void Make(string path, string dataFolder)
    {
        PrivateFiles.CreateFolder(dataFolder);
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var writer = new StreamWriter(PrivateFiles.Open(path, FileMode.CreateNew));
        writer.WriteLine(made.ExportPkcs8PrivateKeyPem());
    }
}
