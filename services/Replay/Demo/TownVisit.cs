namespace SmartQueue.Replay.Demo;

/// <summary>Somebody who comes for an errand, and what they will do.</summary>
internal sealed class TownVisit
{
    /// <summary>The errand they come for; another one after a transfer.</summary>
    public required TownErrand Errand { get; set; }

    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    /// <summary>Given by the staff at the door.</summary>
    public int Priority { get; init; }

    public string Source { get; init; } = "web";

    /// <summary>How long they are served.</summary>
    public required TimeSpan Service { get; set; }

    /// <summary>How long they wait before they go.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether they come when they are called.</summary>
    public bool Comes { get; set; } = true;

    /// <summary>Whether they turn up afterwards where they did not.</summary>
    public bool ComesBack { get; init; }

    /// <summary>Where they are sent on to once they were served.</summary>
    public TownErrand? Onward { get; set; }

    /// <summary>How long they fetch missing papers, where some are missing.</summary>
    public TimeSpan? Away { get; set; }

    public string TicketId { get; set; } = "";

    public string? TrackingToken { get; set; }

    /// <summary>Whether they are in the line now.</summary>
    public bool Waits { get; set; }
}
