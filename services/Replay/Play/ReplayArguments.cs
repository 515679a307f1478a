namespace SmartQueue.Replay.Play;

/// <summary>What <c>smartqueue replay</c> is asked for.</summary>
internal sealed record ReplayArguments
{
    private const double MaxSpeed = 1_000_000;
    private const double MaxRate = 100_000;
    private const double MaxSeconds = 86_400;

    /// <summary>The recorded day; <c>null</c> for a constant rate.</summary>
    public string? File { get; private init; }

    public DateOnly? Date { get; private init; }

    public double Speed { get; private init; }

    public double Rate { get; private init; }

    public double Seconds { get; private init; }

    public required Uri Url { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    /// <summary>Reads the command line; who signs in is <c>ADMIN_EMAIL</c> with <c>ADMIN_PASSWORD</c> where it does not say.</summary>
    /// <exception cref="UsageException">They are wrong.</exception>
    public static ReplayArguments Read(IReadOnlyList<string> args, Func<string, string?> variable)
    {
        var reader = new ArgumentReader(args, "--date", "--speed", "--url", "--email", "--password", "--rate", "--seconds");
        if (reader.Rest.Count > 1)
            throw new UsageException($"replay takes one file, not {reader.Rest.Count}.");
        var file = reader.Rest.Count == 1 ? reader.Rest[0] : null;
        var constant = reader.Has("--rate") || reader.Has("--seconds");
        if (file is null && !constant)
            throw new UsageException("replay needs a file, or --rate and --seconds.");
        if (file is not null && constant)
            throw new UsageException("replay takes a file or --rate and --seconds, not both.");
        if (constant && !(reader.Has("--rate") && reader.Has("--seconds")))
            throw new UsageException("--rate and --seconds go together.");
        if (constant && (reader.Has("--date") || reader.Has("--speed")))
            throw new UsageException("--date and --speed go with a file, not with --rate.");
        if (
            !Uri.TryCreate(reader.Text("--url") ?? "http://127.0.0.1:4000", UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
        )
            throw new UsageException("--url must be an address such as http://127.0.0.1:4000.");
        var arguments = new ReplayArguments
        {
            File = file,
            Date = reader.Date("--date"),
            Speed = reader.Positive("--speed", 60, MaxSpeed),
            Rate = reader.Positive("--rate", 1, MaxRate),
            Seconds = reader.Positive("--seconds", 1, MaxSeconds),
            Url = url,
            Email = reader.Text("--email")
                ?? variable("ADMIN_EMAIL")
                ?? throw new UsageException("replay signs in as admin: give --email or set ADMIN_EMAIL."),
            Password = reader.Text("--password")
                ?? variable("ADMIN_PASSWORD")
                ?? throw new UsageException("replay signs in as admin: give --password or set ADMIN_PASSWORD."),
        };
        if (constant && arguments.Rate * arguments.Seconds is < 1 or > 10_000_000)
            throw new UsageException("--rate times --seconds must be from 1 to 10000000 numbers.");
        return arguments;
    }
}
