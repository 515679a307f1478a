using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Users.Credentials;

/// <summary>The PEM file of signing keys: the first signs, all are published, so that tokens of the one before stay good.</summary>
internal static class SigningKeyFile
{
    private const int MaxKeys = 3;
    private const string P256 = "1.2.840.10045.3.1.7";
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LockStep = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads the keys; makes the file with one if it is absent.</summary>
    /// <exception cref="StartupException">The file cannot be read or written, or holds anything but P-256 private keys.</exception>
    public static IReadOnlyList<ECDsa> Load(string path)
    {
        try
        {
            if (!File.Exists(path))
                Create(path);
            var keys = Read(File.ReadAllText(path));
            if (keys.Count > 0 && keys.All(IsUsable))
                return keys;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Wrong(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The signing key file {path} cannot be used: {e.Message}", e);
        }

        throw Wrong(path, null);
    }

    /// <summary>Puts a new key first and keeps the latest ones before it. Running processes publish it at once and sign with it from their
    /// next start on.</summary>
    /// <param name="path">The file; made if it is absent.</param>
    /// <exception cref="StartupException">The file cannot be read or written.</exception>
    public static void Rotate(string path)
    {
        var keys = Load(path);
        try
        {
            var next = Write(path, [NewKey(), .. keys.Take(MaxKeys - 1).Select(k => k.ExportPkcs8PrivateKeyPem())]);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The signing key file {path} cannot be written: {e.Message}", e);
        }
        finally
        {
            foreach (var key in keys)
                key.Dispose();
        }
    }

    // Another process may start on the same file in this moment. The first one's key is everybody's, and nobody reads half of it.
    private static void Create(string path)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var only = Lock(path + ".lock");
        if (!File.Exists(path))
            File.Move(Write(path, [NewKey()]), path);
    }

    // To move without overwriting is no lock: it looks first and moves then.
    private static FileStream Lock(string path)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return PrivateFiles.Open(path, FileMode.OpenOrCreate, options: FileOptions.DeleteOnClose);
            }
            catch (IOException) when (patience.Elapsed < LockPatience)
            {
                Thread.Sleep(LockStep);
            }
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

    private static string Write(string path, IEnumerable<string> keys)
    {
        var next = $"{path}.{Guid.NewGuid():N}";
        using var writer = new StreamWriter(PrivateFiles.Open(next, FileMode.CreateNew), Encoding.ASCII);
        foreach (var key in keys)
            writer.WriteLine(key);
        return next;
    }

    private static List<ECDsa> Read(string text)
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

        return keys;
    }

    private static StartupException Wrong(string path, Exception? e) =>
        new($"JWT_SIGNING_KEY must name a PEM file of private keys on the curve P-256, but {path} is not one.", e!);
}
