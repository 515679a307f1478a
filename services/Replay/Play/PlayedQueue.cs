using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Play;

/// <summary>A queue made for this run.</summary>
internal sealed class PlayedQueue
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);

    private PlayedQueue(string id, string name, TimeZoneInfo timeZone, Figures plan, DateTimeOffset createdAt)
    {
        Id = id;
        Name = name;
        TimeZone = timeZone;
        Plan = plan;
        CreatedAt = createdAt;
    }

    public string Id { get; }

    public string Name { get; }

    /// <summary>Where its day turns.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>What must have happened in the end.</summary>
    public Figures Plan { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>How many different numbers it gave.</summary>
    public int DifferentNumbers
    {
        get
        {
            lock (_gate)
                return _numbers.Count;
        }
    }

    /// <summary>Creates a queue over the interface that nothing else uses, with room for 10,000 tickets.</summary>
    /// <exception cref="ApiException">The system does not let us.</exception>
    public static async Task<PlayedQueue> CreateAsync(
        ApiClient api,
        string name,
        int averageServiceTime,
        Figures plan,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var createdAt = time.GetUtcNow();
        var body = new
        {
            name,
            maxActiveTickets = 10_000,
            numberReset = "never",
            averageServiceTime,
        };
        var answer = await api.AsOperatorAsync(HttpMethod.Post, "/api/queues", body, cancellationToken, Guid.NewGuid().ToString());
        if (!answer.Succeeded)
            throw new ApiException($"The queue {name} cannot be created: {answer.Text("error") ?? answer.Code}", answer.Code);
        if (answer.Text("id") is not { } id)
            throw new ApiException($"The answer to creating the queue {name} has no id.", "BAD_ANSWER");
        var zone =
            answer.Text("timeZone") is { } text && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var found) ? found : TimeZoneInfo.Utc;
        return new PlayedQueue(id, name, zone, plan, createdAt);
    }

    /// <summary>Notes a number given.</summary>
    public void Note(string ticketNumber)
    {
        lock (_gate)
            _numbers.Add(ticketNumber);
    }
}
