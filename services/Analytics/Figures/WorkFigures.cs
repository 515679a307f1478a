using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Figures;

/// <summary>
/// What counters or people did within a range, in seconds. <c>open</c> and <c>break</c> are the sessions of the status, cut at the ends of the
/// range; one that goes on counts up to now. <c>busy</c> is the time with a ticket, from the last call at the counter until the ticket was
/// closed, a day at most, cut likewise. <c>idle</c> = max(0, <c>open</c> − <c>busy</c>).
/// </summary>
internal sealed class WorkFigures
{
    private long open;
    private long onBreak;
    private long busy;
    private long timed;
    private long serviceTime;

    /// <summary>Open, seconds.</summary>
    public double Open => Seconds(open);

    /// <summary>With a ticket, seconds.</summary>
    public double Busy => Seconds(busy);

    /// <summary>Open without a ticket, seconds.</summary>
    public double Idle => Seconds(Math.Max(0, open - busy));

    /// <summary>On a break, seconds.</summary>
    public double Break => Seconds(onBreak);

    /// <summary>Tickets whose service ended.</summary>
    public int Services { get; private set; }

    /// <summary>Seconds of service, mean to the millisecond; <c>null</c> without any.</summary>
    public double? AverageServiceTime => timed == 0 ? null : Seconds((long)Math.Round((double)serviceTime / timed));

    /// <summary>Takes in sessions.</summary>
    public void Add(SessionSum session)
    {
        if (session.Status == CounterStatus.Open)
            open += session.Milliseconds;
        else if (session.Status == CounterStatus.Break)
            onBreak += session.Milliseconds;
    }

    /// <summary>Takes in tickets.</summary>
    public void Add(CounterWork.Tally work)
    {
        busy += work.Busy;
        Services += work.Services;
        timed += work.Timed;
        serviceTime += work.ServiceTime;
    }

    private static double Seconds(long milliseconds) => milliseconds / 1000.0;
}
