using SmartQueue.Contracts;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications;

/// <summary>What the holder of a ticket or an appointment is told, before it is known by which channels. Personal.</summary>
internal sealed record Notice
{
    /// <summary>What it tells of: once this and a channel.</summary>
    public required string EventId { get; init; }

    /// <summary>One of <see cref="TemplateNames"/>.</summary>
    public required string Template { get; init; }

    public required MessageText Text { get; init; }

    /// <summary>The holder's account; <c>null</c> for a guest.</summary>
    public required string? UserId { get; init; }

    /// <summary>The ticket it is about.</summary>
    public string? TicketId { get; init; }

    /// <summary>The appointment it is about, without what tells whose it is.</summary>
    public AppointmentState? Appointment { get; init; }

    public required string BranchId { get; init; }

    /// <summary>The line that is followed from now on.</summary>
    public FollowedLine? Line { get; init; }

    /// <summary>The address they gave with it; <c>null</c> leaves that of their account.</summary>
    public required string? Email { get; init; }

    /// <summary>The phone number they gave with it; <c>null</c> leaves that of their account.</summary>
    public required string? Phone { get; init; }

    /// <summary>Where they see more, for messages that are read outside of the pages.</summary>
    public string? Page { get; init; }

    /// <summary>Why it is only kept to be read; <c>null</c> if it is news.</summary>
    public string? Late { get; init; }
}
