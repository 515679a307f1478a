namespace SmartQueue.Benchmarks;

/// <summary>Which way a ratio gets better.</summary>
internal enum Better
{
    /// <summary>Ours is a rate, or what is left of one.</summary>
    Higher,

    /// <summary>Ours is a cost.</summary>
    Lower,
}

/// <summary>A measured value with its unit, such as <c>µs</c> or <c>/s</c>.</summary>
internal sealed record Figure(double Value, string Unit);

/// <summary>One line of the table: what was measured, and what it is held against.</summary>
internal sealed record Row
{
    /// <summary>The benchmark and the row in it, such as <c>take.rate</c>. Kept ratios are found by it.</summary>
    public required string Id { get; init; }

    /// <summary>What was measured, for people.</summary>
    public required string What { get; init; }

    public required Figure Ours { get; init; }

    /// <summary>What <see cref="Ours"/> is held against: a baseline that was measured in the same run, or a limit.</summary>
    public required Figure Against { get; init; }

    /// <summary>What <see cref="Against"/> is.</summary>
    public required string AgainstWhat { get; init; }

    public required Better Better { get; init; }

    /// <summary>What the ratio should be at least or at most; <c>null</c> where nothing is promised.</summary>
    public double? Aim { get; init; }

    /// <summary>Whether the ratio is much the same on any machine, a busy one too, so that CI holds it against the kept one.</summary>
    public bool IsKept { get; init; }

    /// <summary>A ratio that is better than this one is so by chance: it is not what later ones are held against. <c>null</c> where any
    /// may be true.</summary>
    public double? Best { get; init; }

    public double Ratio => Ours.Value / Against.Value;

    /// <summary>Whether the aim is met; <c>null</c> where there is none.</summary>
    public bool? IsMet => Aim is { } aim ? (Better == Better.Higher ? Ratio >= aim : Ratio <= aim) : null;

    /// <summary>The ratio that later ones are held against.</summary>
    public double ToKeep => Best is { } best ? (Better == Better.Higher ? Math.Min(Ratio, best) : Math.Max(Ratio, best)) : Ratio;

    /// <summary>Whether the ratio has become worse than it was by half.</summary>
    public bool IsHalfOf(double kept) => Better == Better.Higher ? Ratio < kept / 2 : Ratio > kept * 2;
}
