using System.Diagnostics.Metrics;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Appointments;

/// <summary>What becomes of attempts to book.</summary>
internal static class AppointmentMetrics
{
    private static readonly Counter<long> Attempts = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.appointments.attempts",
        description: "Attempts to book a time, by what became of them."
    );

    private static readonly Counter<long> Expired = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.appointments.holds.expired",
        description: "Places that were held and not confirmed in time."
    );

    /// <summary>Counts one: <c>booked</c>, <c>held</c> where it is to be confirmed, <c>expired</c> where that came too late, <c>taken</c>
    /// where another was faster, or <c>limited</c> for a network that has too many.</summary>
    public static void Attempted(string outcome) => Attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts a place that was given back because nobody confirmed it.</summary>
    public static void HoldExpired() => Expired.Add(1);
}
