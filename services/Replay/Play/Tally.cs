namespace SmartQueue.Replay.Play;

/// <summary>What happened so far; steps of many customers report at once.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StepKind, Latencies> _latencies = Enum.GetValues<StepKind>().ToDictionary(k => k, _ => new Latencies());
    private readonly Dictionary<(StepKind Kind, string Code), int> _failures = [];
    private TimeSpan _lastTake;
    private int _finished;
    private int _refused;

    /// <summary>How many customers are through.</summary>
    public int Finished => Volatile.Read(ref _finished);

    /// <summary>How many answers said to come back later (429, 503).</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How many steps failed.</summary>
    public int Failed
    {
        get
        {
            lock (_gate)
                return _failures.Values.Sum();
        }
    }

    /// <summary>Failed steps by kind and code.</summary>
    public IReadOnlyList<(StepKind Kind, string Code, int Count)> Failures
    {
        get
        {
            lock (_gate)
                return [.. _failures.OrderBy(f => f.Key).Select(f => (f.Key.Kind, f.Key.Code, f.Value))];
        }
    }

    /// <summary>When the last number was given, since the run began.</summary>
    public TimeSpan LastTake
    {
        get
        {
            lock (_gate)
                return _lastTake;
        }
    }

    /// <summary>Notes a step that was accepted.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="due">When it should have begun, since the run began.</param>
    /// <param name="answered">When its answer was there.</param>
    public void Accept(StepKind kind, TimeSpan due, TimeSpan answered)
    {
        lock (_gate)
        {
            _latencies[kind].Add(answered - due);
            if (kind == StepKind.Take && answered > _lastTake)
                _lastTake = answered;
        }
    }

    /// <summary>Notes a step that was not.</summary>
    public void Fail(StepKind kind, string code)
    {
        lock (_gate)
            _failures[(kind, code)] = _failures.GetValueOrDefault((kind, code)) + 1;
    }

    /// <summary>Notes an answer that said to come back later.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>Notes that a customer is through, well or not.</summary>
    public void Finish() => Interlocked.Increment(ref _finished);

    /// <summary>How many steps of a kind were accepted.</summary>
    public int Accepted(StepKind kind)
    {
        lock (_gate)
            return _latencies[kind].Count;
    }

    /// <summary>Percentiles of the accepted steps of a kind.</summary>
    public IReadOnlyList<double>? Percentiles(StepKind kind, params double[] shares)
    {
        lock (_gate)
            return _latencies[kind].Percentiles(shares);
    }
}
