using SmartQueue.Contracts;

namespace SmartQueue.Appointments;

/// <summary>What a calendar that follows is told.</summary>
/// <param name="Name">What it is to be called; <c>null</c> for a branch's.</param>
/// <param name="Appointments">The appointments, by their time.</param>
/// <param name="Tag">Another one when anything of it is another.</param>
internal sealed record FeedContent(string? Name, IReadOnlyList<AppointmentState> Appointments, string Tag);
