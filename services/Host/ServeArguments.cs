using System.Globalization;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Host;

/// <summary>What to serve, as the command line says it.</summary>
/// <param name="Services">The services to host; all if empty.</param>
/// <param name="Port">The port; chosen by the services if <c>null</c>.</param>
/// <param name="Settings">Settings by name.</param>
internal sealed record ServeArguments(IReadOnlyList<string> Services, int? Port, IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary>The services to host.</summary>
    public IReadOnlyList<string> Hosted => Services.Count > 0 ? Services : [.. Modules.All.Select(m => m.Name)];

    /// <summary>Reads <c>--name value</c> and <c>--name=value</c>.</summary>
    /// <exception cref="StartupException">Something is not of that form.</exception>
    public static ServeArguments Parse(IReadOnlyList<string> args)
    {
        IReadOnlyList<string> services = [];
        int? port = null;
        var settings = new Dictionary<string, string?>();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                throw new StartupException($"'{args[i]}' is not understood; see --help.");
            var (name, value) =
                args[i][2..].Split('=', 2) is [var left, var right] ? (left, right)
                : i + 1 < args.Count ? (args[i][2..], args[++i])
                : throw new StartupException($"{args[i]} needs a value; see --help.");
            switch (name)
            {
                case "services":
                    services = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                    if (services.Count == 0)
                        throw new StartupException("--services must name at least one service.");
                    break;
                case "port":
                    port =
                        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
                            ? number
                            : throw new StartupException($"--port must be a number from 1 to 65535, but is '{value}'.");
                    break;
                case var setting
                    when setting.Length > 0 && setting.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_'):
                    settings[setting] = value;
                    break;
                default:
                    throw new StartupException($"--{name} is not understood; see --help.");
            }
        }

        return new ServeArguments(services, port, settings);
    }
}
