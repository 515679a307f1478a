namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A page of appointments.</summary>
internal sealed record AppointmentPage(IReadOnlyList<Appointment> Items, string? NextCursor);
