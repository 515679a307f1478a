namespace SmartQueue.Tickets.Http;

/// <summary>Arrives for an appointment.</summary>
/// <param name="Code">The code that came with it.</param>
internal sealed record ArriveRequest(string? Code);

/// <summary>Takes a number.</summary>
/// <param name="QueueId">The queue; from the path where the path names it.</param>
/// <param name="CustomerName">What to call the customer.</param>
/// <param name="Phone">Where they get messages.</param>
/// <param name="Email">Where they get mails.</param>
/// <param name="Priority">From 0 to 9, given by staff alone.</param>
/// <param name="Language">The language to speak to them in, such as <c>en</c>.</param>
/// <param name="Notes">What staff should know.</param>
/// <param name="Source">Where it is taken: <c>web</c>, <c>kiosk</c> or <c>api</c>. If absent, <c>staff</c> of what staff take, else
/// <c>web</c>.</param>
internal sealed record TakeTicketRequest(
    string? QueueId,
    string? CustomerName,
    string? Phone,
    string? Email,
    int? Priority,
    string? Language,
    string? Notes,
    string? Source
)
{
    /// <summary>Says nothing of who comes.</summary>
    public static readonly TakeTicketRequest Empty = new(null, null, null, null, null, null, null, null);
}

/// <summary>Corrects what is known of a ticket. What is absent stays, and an empty text or list clears.</summary>
internal sealed record CorrectTicketRequest(
    string? CustomerName,
    string? Phone,
    string? Email,
    string? Notes,
    int? Priority,
    IReadOnlyList<string?>? Labels
);

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
