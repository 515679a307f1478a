using Microsoft.Extensions.Configuration.Memory;
using SmartQueue.Hosting.Modules;
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
    public static SettingsReader Read() => Read(new Dictionary<string, string?>());

    /// <summary>The process whose storage a command is about: what the settings say and, after the command, what <see cref="ServeCommand"/>
    /// takes too.</summary>
    /// <exception cref="StartupException">An argument or a setting is wrong.</exception>
    public static ModuleContext Context(IReadOnlyList<string> args)
    {
        var arguments = ServeArguments.Parse(args);
        return new ModuleContext(Read(arguments.Settings), Modules.All, arguments.Hosted, arguments.Port);
    }

    private static SettingsReader Read(IEnumerable<KeyValuePair<string, string?>> given) =>
        new(new ConfigurationBuilder().Add(File()).AddEnvironmentVariables().AddInMemoryCollection(given).Build());
}
