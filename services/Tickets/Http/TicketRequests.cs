namespace SmartQueue.Tickets.Http;

/// <summary>Takes a number. <c>QueueId</c> comes from the path where the path names the queue.</summary>
internal sealed record TakeTicketRequest(
    string? QueueId,
    string? CustomerName,
    string? Phone,
    string? Email,
    int? Priority,
    string? Language,
    string? Notes
)
{
    /// <summary>Says nothing of who comes.</summary>
    public static readonly TakeTicketRequest Empty = new(null, null, null, null, null, null, null);
}

/// <summary>Calls the next ticket to a counter.</summary>
internal sealed record CallNextRequest(string? Counter, bool? Complete);

/// <summary>Cancels those who wait.</summary>
/// <param name="Reason">What they are told.</param>
/// <param name="SameNetworkAs">One of those tickets: only the guests who came from the same network are meant. Nobody needs to see an
/// address for that.</param>
internal sealed record ClearRequest(string? Reason, string? SameNetworkAs);

/// <summary>Moves a ticket to another status; a call names its counter.</summary>
internal sealed record ChangeTicketRequest(string? Status, string? Counter, string? Reason);

/// <summary>Sends a ticket to another queue.</summary>
internal sealed record TransferRequest(string? QueueId, int? Priority);

/// <summary>Puts a ticket back in line.</summary>
internal sealed record RequeueRequest(int? AfterPosition, string? Reason);

/// <summary>Lets others go first.</summary>
internal sealed record DeferRequest(int? Places);

/// <summary>Sets a ticket aside.</summary>
internal sealed record ParkRequest(string? Reason);
