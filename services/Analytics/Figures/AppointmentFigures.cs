using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;

namespace SmartQueue.Analytics.Figures;

/// <summary>
/// What became of the appointments whose time lies within a range, and how punctual those were who joined within it for one, beside those who
/// joined without. Durations are seconds, shares are from 0 to 1.
/// </summary>
internal sealed record AppointmentFigures
{
    /// <summary>A call this long after the appointment's time, or after coming where that was later, is in time. Seconds.</summary>
    private const int InTime = 600;

    /// <summary>Appointments whose time lies in the range, without those cancelled.</summary>
    public required int Due { get; init; }

    /// <summary>Of those due, who is still expected.</summary>
    public required int Expected { get; init; }

    /// <summary>Of those due, who came, whatever came after.</summary>
    public required int Arrived { get; init; }

    /// <summary>Who came and was served.</summary>
    public required int Served { get; init; }

    /// <summary>Who came and was not there when called.</summary>
    public required int NoShow { get; init; }

    /// <summary>Who came and whose ticket was cancelled or expired.</summary>
    public required int Left { get; init; }

    /// <summary>Of those due, who never came.</summary>
    public required int Missed { get; init; }

    /// <summary>Appointments of the range that were given up before anybody came.</summary>
    public required int Cancelled { get; init; }

    /// <summary>Share that was missed or not there when called, of those due that are over; <c>null</c> without any.</summary>
    public required double? NoShowRate { get; init; }

    /// <summary>How punctual those were who came, by their tickets that joined within the range.</summary>
    public required ArrivalFigures Arrivals { get; init; }

    /// <summary>Share called within ten minutes of the appointment's time, or of coming where that was later, of those ever called;
    /// <c>null</c> without any.</summary>
    public required double? CalledInTime { get; init; }

    /// <summary>Waits of those with an appointment, from its time, or from coming where that was later, to the first call.</summary>
    public required WaitFigures Booked { get; init; }

    /// <summary>Waits of those without one, as in <c>waitTime</c>.</summary>
    public required WaitFigures WalkIns { get; init; }

    /// <summary>The figures; <c>null</c> where nobody booked.</summary>
    /// <param name="appointments">The appointments of the range.</param>
    /// <param name="rollup">The tickets of the range.</param>
    /// <param name="within">How many were called within their target.</param>
    public static AppointmentFigures? Of(AppointmentTally appointments, Rollup rollup, WithinTarget within)
    {
        var booked = rollup.Booked;
        if (appointments.Count == 0 && booked.Arrived == 0)
            return null;
        var (served, noShow, left, missed) = (
            appointments[AppointmentOutcome.Served],
            appointments[AppointmentOutcome.NoShow],
            appointments[AppointmentOutcome.Left],
            appointments[AppointmentOutcome.Missed]
        );
        var over = served + noShow + left + missed;
        return new AppointmentFigures
        {
            Due = appointments.Count - appointments[AppointmentOutcome.Cancelled],
            Expected = appointments[AppointmentOutcome.Expected],
            Arrived = appointments[AppointmentOutcome.Present] + served + noShow + left,
            Served = served,
            NoShow = noShow,
            Left = left,
            Missed = missed,
            Cancelled = appointments[AppointmentOutcome.Cancelled],
            NoShowRate = QueueFigures.Share(missed + noShow, over),
            Arrivals = new ArrivalFigures(booked.Early, booked.OnTime, booked.Late, booked.MeanDelay),
            CalledInTime = QueueFigures.Share(booked.Waits.Within(InTime), booked.Waits.Count),
            Booked = Waits(booked.Waits, within.Booked),
            WalkIns = Waits(rollup.WalkInWaits, within.WalkIns),
        };

        static WaitFigures Waits(DurationTally waits, int within) =>
            new(waits.Count, waits.Figures(), QueueFigures.Share(within, waits.Count));
    }
}
