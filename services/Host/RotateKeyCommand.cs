using SmartQueue.Hosting.Settings;
using SmartQueue.Users.Credentials;

namespace SmartQueue.Host;

/// <summary>Adds a signing key, so that the one before can be retired.</summary>
internal static class RotateKeyCommand
{
    /// <summary>Returns 0, or 1 with one sentence on standard error.</summary>
    public static int Run(IReadOnlyList<string> args)
    {
        try
        {
            if (args.Count > 0)
                throw new StartupException(
                    "rotate-signing-key takes no arguments; the file is JWT_SIGNING_KEY, or jwt-signing-key.pem in SMARTQUEUE_DATA."
                );
            var settings = ProcessSettings.Read();
            var path = settings.Text("JWT_SIGNING_KEY") ?? Path.Combine(settings.Text("SMARTQUEUE_DATA") ?? "data", "jwt-signing-key.pem");
            SigningKeyFile.Rotate(path);
            Console.WriteLine($"A new key in {path} signs from the next start on; tokens of the one before stay good.");
            return 0;
        }
        catch (StartupException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
