using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Users.Credentials;

/// <summary>The PEM file of signing keys that <c>JWT_SIGNING_KEY</c> names: the first signs, all are published, so that tokens of the one
/// before stay good.</summary>
internal static class SigningKeyFile
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LockStep = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads the keys; makes the file with one if it is absent.</summary>
    /// <exception cref="StartupException">The file cannot be read or written, or holds anything but P-256 private keys.</exception>
    public static IReadOnlyList<ECDsa> Load(string path) => Use(path, () => SigningKeyPem.Read(Text(path)));

    /// <summary>The text of a file that there is.</summary>
    /// <exception cref="StartupException">The file cannot be read, or holds anything but P-256 private keys.</exception>
    public static string ReadText(string path) => Use(path, () =>
        {
            var text = File.ReadAllText(path);
            foreach (var key in SigningKeyPem.Read(text))
                key.Dispose();
            return text;
        });

    /// <summary>Puts a new key first and keeps the latest ones before it. Running processes publish it at once and sign with it from their
    /// next start on.</summary>
    /// <param name="path">The file; made if it is absent.</param>
    /// <exception cref="StartupException">The file cannot be read or written.</exception>
    public static void Rotate(string path) => Use(path, () =>
        {
            File.Move(Write(path, SigningKeyPem.Rotated(Text(path))), path, overwrite: true);
            return true;
        });

    private static T Use<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StartupException($"The signing key file {path} must be a PEM file of private keys on the curve P-256.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The signing key file {path} cannot be used: {e.Message}", e);
        }
    }

    private static string Text(string path)
    {
        if (!File.Exists(path))
            Create(path);
        return File.ReadAllText(path);
    }

    // Another process may start on the same file in this moment. The first one's key is everybody's, and nobody reads half of it.
    private static void Create(string path)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var only = Lock(path + ".lock");
        if (!File.Exists(path))
            File.Move(Write(path, SigningKeyPem.New()), path);
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

    private static string Write(string path, string keys)
    {
        var next = $"{path}.{Guid.NewGuid():N}";
        using var writer = new StreamWriter(PrivateFiles.Open(next, FileMode.CreateNew), Encoding.ASCII);
        writer.Write(keys);
        return next;
    }
}
