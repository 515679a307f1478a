using System.Security.Cryptography;
using System.Text;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Users;

/// <summary>The PEM file of signing keys: the first signs, all are published, so that tokens of the one before stay good.</summary>
internal static class SigningKeyFile
{
    private const int MaxKeys = 3;

    /// <summary>Reads the keys; makes the file with one if it is absent.</summary>
    /// <exception cref="StartupException">The file cannot be read or written, or holds no P-256 private key.</exception>
    public static IReadOnlyList<ECDsa> Load(string path)
    {
        try
        {
            if (!File.Exists(path)) Write(path, [NewKey()], FileMode.CreateNew);
            var keys = Read(File.ReadAllText(path));
            if (keys.Count > 0 && keys.All(IsPrivateP256)) return keys;
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

    /// <summary>Puts a new key first and keeps the latest ones before it. Processes sign with it from their next start on.</summary>
    /// <exception cref="StartupException">The file cannot be read or written.</exception>
    public static void Rotate(string path)
    {
        var keys = Load(path);
        try
        {
            var next = path + ".new";
            Write(next, [NewKey(), .. keys.Take(MaxKeys - 1).Select(k => k.ExportPkcs8PrivateKeyPem())], FileMode.Create);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The signing key file {path} cannot be written: {e.Message}", e);
        }
    }

    // Throws if there is only a public half.
    private static bool IsPrivateP256(ECDsa key) =>
        key.KeySize == 256 && key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static void Write(string path, IEnumerable<string> keys, FileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, Encoding.ASCII, options);
        foreach (var key in keys) writer.WriteLine(key);
    }

    private static List<ECDsa> Read(string text)
    {
        var keys = new List<ECDsa>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var key = ECDsa.Create();
            key.ImportFromPem(rest[fields.Location]);
            keys.Add(key);
            rest = rest[fields.Location.End..];
        }

        return keys;
    }

    private static StartupException Wrong(string path, Exception? e) =>
        new($"JWT_SIGNING_KEY must name a PEM file of private keys on the curve P-256, but {path} is not one.", e!);
}
