namespace SmartQueue.Replay.Tests;

/// <summary>A ticket of <see cref="FakeSystem"/>.</summary>
internal sealed class FakeTicket(string id, string number, string queue, string trackingToken)
{
    public string Id { get; } = id;

    public string Number { get; } = number;

    public string Queue { get; } = queue;

    public string TrackingToken { get; } = trackingToken;

    public string Status { get; set; } = "waiting";

    public string? Counter { get; set; }

    public bool Lost { get; init; }
}
