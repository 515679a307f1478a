using System.Globalization;

namespace SmartQueue.Replay.Play;

/// <summary>
/// The counters of a run. The system lets a counter hold one ticket of all queues, and in fast motion the recorded server may still hold
/// the one before, whose end is on its way; then a made-up counter steps in.
/// </summary>
internal sealed class CounterPool
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    /// <summary>The wanted counter if it is free, else a made-up one that is.</summary>
    public string Take(string? wanted)
    {
        lock (_gate)
        {
            if (wanted is not null && _held.Add(wanted))
                return wanted;
            for (var i = 1; ; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"extra-{i}");
                if (_held.Add(name))
                    return name;
            }
        }
    }

    /// <summary>Frees a counter; only once the system has said so.</summary>
    public void Free(string counter)
    {
        lock (_gate)
            _held.Remove(counter);
    }
}
