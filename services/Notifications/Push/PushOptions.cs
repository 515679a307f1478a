using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications.Push;

/// <summary>Who pushes to browsers, and where to.</summary>
/// <param name="Vapid">Who we are; <c>null</c> without <c>VAPID_SUBJECT</c>: nothing is pushed then.</param>
/// <param name="Anywhere"><c>PUSH_PRIVATE_ADDRESSES</c>: push services on private addresses and by http are allowed too.</param>
internal sealed record PushOptions(VapidKey? Vapid, bool Anywhere)
{
    /// <summary>Reads the settings, and the key of the data folder where one is needed.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static PushOptions From(ModuleContext context) =>
        new(VapidKey.Read(context.Settings, context.DataFolder), context.Settings.Flag("PUSH_PRIVATE_ADDRESSES", false));
}
