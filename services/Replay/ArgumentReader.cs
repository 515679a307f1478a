using System.Globalization;

namespace SmartQueue.Replay;

/// <summary>Splits a command line into options with a value (<c>--name value</c> or <c>--name=value</c>) and the rest.</summary>
internal sealed class ArgumentReader
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _rest = [];

    public ArgumentReader(IReadOnlyList<string> args, params string[] known)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                _rest.Add(args[i]);
                continue;
            }

            var parts = args[i].Split('=', 2);
            if (!known.Contains(parts[0]))
                throw new UsageException($"There is no option {parts[0]}; there are {string.Join(", ", known)}.");
            if (parts.Length == 1 && ++i == args.Count)
                throw new UsageException($"{parts[0]} needs a value.");
            if (!_options.TryAdd(parts[0], parts.Length == 2 ? parts[1] : args[i]))
                throw new UsageException($"{parts[0]} is given twice.");
        }
    }

    /// <summary>What is not an option.</summary>
    public IReadOnlyList<string> Rest => _rest;

    /// <summary>Whether an option is given.</summary>
    public bool Has(string name) => _options.ContainsKey(name);

    public string? Text(string name) => _options.GetValueOrDefault(name);

    public int Whole(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {min} to {max}."));
    }

    /// <summary>A number above zero.</summary>
    public double Positive(string name, double fallback, double max)
    {
        if (Text(name) is not { } text)
            return fallback;
        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= max
            ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number above 0 and at most {max}."));
    }

    public DateOnly? Date(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new UsageException($"{name} must be a date such as 2026-03-02.");
    }
}
