using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments.Domain;

/// <summary>A booked time and its life: booked, at once or after its place was held, then arrived and served, or missed, or cancelled.
/// Immutable: each move gives the next state with its event, or refuses.</summary>
internal sealed record Appointment
{
    private static readonly TimeSpan ToldInSteps = TimeSpan.FromMinutes(5);

    public required string Id { get; init; }

    public required string BranchId { get; init; }

    public required string QueueId { get; init; }

    public required string QueueName { get; init; }

    /// <summary>When it begins, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ends, UTC.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Which of the places of its slot it has, from 1 on; <c>null</c> once it is given up. No two have the same.</summary>
    public int? Place { get; init; }

    /// <summary>The zone that people read its times in.</summary>
    public required string TimeZone { get; init; }

    public string? UserId { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    /// <summary>The network its guest came from, which limits count by; kept only while it is booked.</summary>
    public string? Network { get; init; }

    /// <summary>SHA-256 of the guest's token.</summary>
    public string? TokenHash { get; init; }

    /// <summary>SHA-256 of the code.</summary>
    public string? CodeHash { get; init; }

    public required AppointmentStatus Status { get; init; }

    /// <summary>How far behind its time its holder was told that the line is, in seconds; 0 where they were told nothing.</summary>
    public int Behind { get; init; }

    /// <summary>Until when its place is held, UTC, exclusive, for who has not confirmed it; <c>null</c> once they have. One that was given up
    /// without has it, too: nobody but its holder ever hears of it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The ticket they got when they came.</summary>
    public string? TicketId { get; init; }

    /// <summary>When they came, which is when they got their first ticket, UTC; <c>null</c> before.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>When that happened to the ticket which its status is of, UTC; <c>null</c> without a ticket.</summary>
    public DateTimeOffset? TicketAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long Version { get; init; }

    /// <summary>A new appointment.</summary>
    /// <param name="draft">What is known of it.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="slot">Its time.</param>
    /// <param name="place">The place of the slot that it takes.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    public static AppointmentChange Book(
        NewAppointment draft,
        QueueDefinition queue,
        Slot slot,
        int place,
        DateTimeOffset at,
        string? by
    ) => Of(draft, queue, slot, place, at).Booked(at, by);

    /// <summary>A new one whose place is held until somebody confirms it. Nobody is told.</summary>
    /// <param name="draft">What is known of it.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="slot">Its time.</param>
    /// <param name="place">The place of the slot that it takes.</param>
    /// <param name="until">How long it is held, UTC.</param>
    /// <param name="at">Now, UTC.</param>
    public static AppointmentChange Hold(
        NewAppointment draft,
        QueueDefinition queue,
        Slot slot,
        int place,
        DateTimeOffset until,
        DateTimeOffset at
    ) => new(Of(draft, queue, slot, place, at) with { Status = AppointmentStatus.Held, HeldUntil = until }, Event: null);

    /// <summary>Books the one whose place is held.</summary>
    /// <param name="details">What is known of who comes.</param>
    /// <param name="codeHash">SHA-256 of its code.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    /// <exception cref="RefusedException"><c>HOLD_EXPIRED</c> when its place is held no longer, whether or not somebody else has it;
    /// <c>INVALID_TRANSITION</c> when it was confirmed before.</exception>
    public AppointmentChange Confirm(AppointmentDetails details, string codeHash, DateTimeOffset at, string? by)
    {
        if (HeldUntil is not { } until)
            throw new RefusedException(ErrorCodes.InvalidTransition, "It is confirmed already, with other details.");
        if (Status != AppointmentStatus.Held || until <= at)
            throw new RefusedException(ErrorCodes.HoldExpired, "The time is not held for you any more. Choose one again.");
        return Next(With(details) with { Status = AppointmentStatus.Booked, HeldUntil = null, CodeHash = codeHash }, at).Booked(at, by);
    }

    /// <summary>The same without its place, which was held and not confirmed. Nobody is told.</summary>
    public AppointmentChange Release(DateTimeOffset at) =>
        new(Next(this with { Status = AppointmentStatus.Cancelled, Place = null, Network = null }, at), Event: null);

    private static Appointment Of(NewAppointment draft, QueueDefinition queue, Slot slot, int place, DateTimeOffset at) =>
        new()
        {
            Id = draft.Id,
            BranchId = queue.BranchId,
            QueueId = queue.Id,
            QueueName = queue.Name,
            Start = slot.Start,
            End = slot.End,
            Place = place,
            TimeZone = queue.TimeZone,
            UserId = draft.UserId,
            CustomerName = draft.Details.CustomerName,
            Phone = draft.Details.Phone,
            Email = draft.Details.Email,
            Language = draft.Details.Language,
            Notes = draft.Details.Notes,
            Network = draft.Network,
            TokenHash = draft.TokenHash,
            CodeHash = draft.CodeHash,
            Status = AppointmentStatus.Booked,
            CreatedAt = at,
            UpdatedAt = at,
            Version = 1,
        };

    /// <summary>What is known of who comes.</summary>
    public AppointmentDetails Details() =>
        new()
        {
            CustomerName = CustomerName,
            Phone = Phone,
            Email = Email,
            Notes = Notes,
            Language = Language,
        };

    /// <summary>The same with other details.</summary>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c> once it is no longer booked.</exception>
    public AppointmentChange Correct(AppointmentDetails details, DateTimeOffset at, string? by) => Change(With(details), at, by);

    /// <summary>The same at another time of its queue.</summary>
    /// <param name="details">What is known of who comes from now on.</param>
    /// <param name="queue">The queue as it is now.</param>
    /// <param name="slot">The time.</param>
    /// <param name="place">The place of the slot that it takes.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c> once it is no longer booked.</exception>
    public AppointmentChange Move(AppointmentDetails details, QueueDefinition queue, Slot slot, int place, DateTimeOffset at, string? by) =>
        Change(
            With(details) with
            {
                QueueName = queue.Name,
                TimeZone = queue.TimeZone,
                Start = slot.Start,
                End = slot.End,
                Place = place,
                Behind = slot.Start == Start ? Behind : 0,
            },
            at,
            by
        );

    /// <summary>The same once its holder is told that the line is behind; <c>null</c> where that is no news to them.</summary>
    /// <param name="by">How far behind its time they will be called, of which whole five minutes are told.</param>
    /// <param name="least">How much more than they know is news.</param>
    /// <param name="at">Now, UTC.</param>
    public AppointmentChange? FallBehind(TimeSpan by, TimeSpan least, DateTimeOffset at)
    {
        var seconds = (int)(by.Ticks / ToldInSteps.Ticks * ToldInSteps.TotalSeconds);
        if (Status != AppointmentStatus.Booked || seconds < Behind + least.TotalSeconds)
            return null;
        var next = Next(this with { Behind = seconds }, at);
        return new(next, Changed(next, at, by: null) with { Behind = seconds });
    }

    /// <summary>Gives it up, and its place with it.</summary>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c> once it is no longer booked.</exception>
    public AppointmentChange Cancel(string? reason, DateTimeOffset at, string? by)
    {
        RequireBooked();
        var next = Next(this with { Status = AppointmentStatus.Cancelled, Place = null, Network = null, CodeHash = null }, at);
        return new(
            next,
            new AppointmentCancelled
            {
                EventId = EventId(at),
                OccurredAt = at,
                AppointmentId = Id,
                Version = next.Version,
                Appointment = next.State(),
                By = by,
                Reason = reason,
            }
        );
    }

    /// <summary>They did not come in time.</summary>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c> once it is no longer booked.</exception>
    public AppointmentChange Miss(DateTimeOffset at, string? by)
    {
        RequireBooked();
        // Its code stays: who comes too late with it is told so.
        var next = Next(this with { Status = AppointmentStatus.NoShow, Network = null }, at);
        return new(next, Missed(next, at, by));
    }

    /// <summary>Refuses who comes too early or too late, or to one that is no longer booked; who has a ticket for it may ask for that
    /// again.</summary>
    /// <param name="booking">How its queue takes appointments; <c>null</c> where it does no more.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c>, with <c>arriveFrom</c>, <c>arriveUntil</c> and <c>timeZone</c> where it
    /// is the time.</exception>
    public void RequireArrival(BookingRules? booking, DateTimeOffset now)
    {
        if (TicketId is not null)
            return;
        RequireBooked();
        var (from, until) = Arrival(booking);
        if (now < from)
            throw NotNow($"It is too early to arrive: for this appointment that is possible from {Local(from)} on.");
        if (now > until)
            throw NotNow("It is too late to arrive for this appointment. Ask at the desk, or take a number.");

        RefusedException NotNow(string sentence) =>
            new(ErrorCodes.InvalidTransition, sentence)
            {
                Facts = new Dictionary<string, object?>
                {
                    ["arriveFrom"] = from,
                    ["arriveUntil"] = until,
                    ["timeZone"] = TimeZone,
                },
            };
    }

    /// <summary>From when until when, UTC and both inclusive, one may arrive for it. Who was told that
    /// the line is behind may come so much later.</summary>
    /// <param name="booking">How its queue takes appointments; <c>null</c> where it does no more.</param>
    public (DateTimeOffset From, DateTimeOffset Until) Arrival(BookingRules? booking) =>
        (Start.AddSeconds(-(booking?.Early ?? 0)), Start.AddSeconds((booking?.Late ?? 0) + Behind));

    /// <summary>The same after something happened to the ticket that who came got; <c>null</c> where that changes nothing. Who came is there,
    /// whatever was thought before: a ticket was given in time.</summary>
    /// <param name="happened">What happened to the ticket.</param>
    /// <param name="at">Now, UTC.</param>
    public AppointmentChange? Follow(ITicketEvent happened, DateTimeOffset at)
    {
        var status = happened.Ticket.Status switch
        {
            TicketStatus.Served => AppointmentStatus.Served,
            TicketStatus.NoShow => AppointmentStatus.NoShow,
            TicketStatus.Cancelled or TicketStatus.Expired => AppointmentStatus.Cancelled,
            TicketStatus.Transferred => Status,
            TicketStatus.Waiting or TicketStatus.Called or TicketStatus.Serving or TicketStatus.Parked => AppointmentStatus.Arrived,
        };
        if (
            happened.OccurredAt < TicketAt
            || (TicketId is null && Status == AppointmentStatus.Cancelled)
            || (status == Status && TicketId == happened.TicketId)
        )
            return null;
        var next = Next(
            this with
            {
                Status = status,
                TicketId = happened.TicketId,
                ArrivedAt = ArrivedAt ?? happened.Ticket.CreatedAt,
                TicketAt = happened.OccurredAt,
                Network = null,
                CodeHash = status == AppointmentStatus.Arrived ? CodeHash : null,
            },
            at
        );
        IEvent told =
            Status is AppointmentStatus.Booked or AppointmentStatus.NoShow && status == AppointmentStatus.Arrived
                ? new AppointmentArrived
                {
                    EventId = EventId(at),
                    OccurredAt = at,
                    AppointmentId = Id,
                    Version = next.Version,
                    Appointment = next.State(),
                    By = happened.By,
                }
            : status == AppointmentStatus.NoShow ? Missed(next, at, happened.By)
            : Changed(next, at, happened.By);
        return new(next, told);
    }

    /// <summary>Refuses what only a booked one allows.</summary>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c>.</exception>
    public void RequireBooked()
    {
        var why = Status switch
        {
            AppointmentStatus.Booked => null,
            AppointmentStatus.Held => "It is held and not confirmed",
            AppointmentStatus.Arrived => "They have arrived already",
            AppointmentStatus.Served => "It is over",
            AppointmentStatus.NoShow => "It was missed",
            AppointmentStatus.Cancelled => "It was cancelled",
        };
        if (why is not null)
            throw new RefusedException(ErrorCodes.InvalidTransition, why + "; only an appointment that is booked can be changed.");
    }

    /// <summary>The same without what tells who came.</summary>
    public Appointment Anonymous() =>
        this with
        {
            UserId = null,
            CustomerName = null,
            Phone = null,
            Email = null,
            Notes = null,
            Network = null,
        };

    /// <summary>From when on the contact data of a guest is kept for nothing, UTC; <c>null</c> where there is none.</summary>
    public DateTimeOffset? ContactLeftAt() =>
        UserId is null && (CustomerName ?? Phone ?? Email ?? Notes) is not null
            ? Status switch
            {
                AppointmentStatus.Booked or AppointmentStatus.Arrived or AppointmentStatus.Held => End,
                AppointmentStatus.Served or AppointmentStatus.NoShow or AppointmentStatus.Cancelled => UpdatedAt,
            }
            : null;

    /// <summary>It as it is told.</summary>
    public AppointmentState State() =>
        new()
        {
            Id = Id,
            BranchId = BranchId,
            QueueId = QueueId,
            QueueName = QueueName,
            Start = Start,
            End = End,
            TimeZone = TimeZone,
            UserId = UserId,
            CustomerName = CustomerName,
            Phone = Phone,
            Email = Email,
            Language = Language,
            Status = Status,
            TicketId = TicketId,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            Version = Version,
        };

    private string Local(DateTimeOffset at) =>
        TimeZoneInfo
            .ConvertTime(at, ServiceCalendar.FindZone(TimeZone) ?? TimeZoneInfo.Utc)
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static Guid EventId(DateTimeOffset at) => Guid.CreateVersion7(at);

    private AppointmentChange Booked(DateTimeOffset at, string? by) =>
        new(
            this,
            new AppointmentBooked
            {
                EventId = EventId(at),
                OccurredAt = at,
                AppointmentId = Id,
                Version = Version,
                Appointment = State(),
                By = by,
            }
        );

    private static Appointment Next(Appointment next, DateTimeOffset at) => next with { UpdatedAt = at, Version = next.Version + 1 };

    private Appointment With(AppointmentDetails details) =>
        this with
        {
            CustomerName = details.CustomerName,
            Phone = details.Phone,
            Email = details.Email,
            Notes = details.Notes,
            Language = details.Language,
        };

    private AppointmentChange Change(Appointment wanted, DateTimeOffset at, string? by)
    {
        RequireBooked();
        var next = Next(wanted, at);
        return new(next, Changed(next, at, by) with { PreviousStart = Start == next.Start ? null : Start });
    }

    private static AppointmentMissed Missed(Appointment next, DateTimeOffset at, string? by) =>
        new()
        {
            EventId = EventId(at),
            OccurredAt = at,
            AppointmentId = next.Id,
            Version = next.Version,
            Appointment = next.State(),
            By = by,
        };

    private static AppointmentChanged Changed(Appointment next, DateTimeOffset at, string? by) =>
        new()
        {
            EventId = EventId(at),
            OccurredAt = at,
            AppointmentId = next.Id,
            Version = next.Version,
            Appointment = next.State(),
            By = by,
        };
}
