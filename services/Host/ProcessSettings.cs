using Microsoft.Extensions.Configuration.Memory;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Host;

/// <summary>Where settings come from, the strongest last: the file <c>.env</c> in the working folder, then the environment.</summary>
internal static class ProcessSettings
{
    /// <summary>The file, for a configuration that has the environment already.</summary>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static MemoryConfigurationSource File() => new() { InitialData = EnvFile.Read(Directory.GetCurrentDirectory()) };

    /// <summary>The settings of a command.</summary>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static SettingsReader Read() => new(new ConfigurationBuilder().Add(File()).AddEnvironmentVariables().Build());
}
