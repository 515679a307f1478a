namespace SmartQueue.Appointments.Http;

/// <summary>Books a time, or holds it.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Start">When the slot begins, RFC 3339.</param>
/// <param name="CustomerName">Who comes; required unless it is held.</param>
/// <param name="Phone">Where they get messages.</param>
/// <param name="Email">Where they get mails.</param>
/// <param name="Notes">What staff should know.</param>
/// <param name="Language">The language to speak to them in, such as <c>en</c>.</param>
/// <param name="Hold">Whether the place is only held, until who comes is said when it is confirmed, and not here.</param>
internal sealed record BookRequest(
    string? QueueId,
    string? Start,
    string? CustomerName,
    string? Phone,
    string? Email,
    string? Notes,
    string? Language,
    bool Hold = false
);

/// <summary>Books the time that is held.</summary>
/// <param name="CustomerName">Who comes.</param>
/// <param name="Phone">Where they get messages.</param>
/// <param name="Email">Where they get mails.</param>
/// <param name="Notes">What staff should know.</param>
/// <param name="Language">The language to speak to them in, such as <c>en</c>.</param>
internal sealed record ConfirmRequest(string? CustomerName, string? Phone, string? Email, string? Notes, string? Language);

/// <summary>Moves an appointment, or corrects what is known of who comes. What is absent stays, and an empty text clears.</summary>
/// <param name="Start">When the new slot begins, RFC 3339.</param>
/// <param name="CustomerName">Who comes.</param>
/// <param name="Phone">Where they get messages.</param>
/// <param name="Email">Where they get mails.</param>
/// <param name="Notes">What staff should know.</param>
/// <param name="Language">The language to speak to them in, such as <c>en</c>.</param>
internal sealed record ChangeRequest(string? Start, string? CustomerName, string? Phone, string? Email, string? Notes, string? Language);

/// <summary>Who arrives: an appointment by its id, for those whose it is, or by its code.</summary>
internal sealed record ArrivalRequest(string? Id, string? Code);
