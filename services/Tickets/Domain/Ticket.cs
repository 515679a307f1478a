using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Tickets.Domain;

/// <summary>
/// A place in a line and its life. Immutable: each move checks <see cref="TicketTransitions"/> and gives the next state with its event.
/// </summary>
internal sealed record Ticket
{
    public required string Id { get; init; }

    /// <summary>The branch of its queue. Tickets from before there were branches are of <see cref="Branches.Main"/>.</summary>
    public string BranchId { get; init; } = Branches.Main;

    public required string QueueId { get; init; }

    public required string QueueName { get; init; }

    /// <summary>The first ticket of this visit, which transfers go on with; <c>null</c> for tickets of earlier versions.</summary>
    public string? VisitId { get; init; }

    public TicketSource? Source { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    public required string TicketNumber { get; init; }

    /// <summary>The n of <c>PREFIX-n</c>; given once per branch and service day.</summary>
    public required int Number { get; init; }

    /// <summary>Whether its number was given with it, and not brought along from another queue of the branch.</summary>
    public bool Issued { get; init; } = true;

    public required DateOnly ServiceDay { get; init; }

    /// <summary>Where it stands in its line: lower is called first. See <see cref="LineOrder"/>.</summary>
    public required long Order { get; init; }

    /// <summary>The time of the appointment it was made for, UTC; <c>null</c> for a walk-in.</summary>
    public DateTimeOffset? AppointmentAt { get; init; }

    /// <summary>The turn that gives it in this line; <c>null</c> for a walk-in, and once it let others go first.</summary>
    public BookedTurn? Turn { get; init; }

    public string? UserId { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    /// <summary>
    /// The network its guest came from, which limits count by; kept only while it is open. Plain: of an IPv4 address a hash is undone in
    /// seconds, and a key to prevent that would have to be kept beside it.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>How often its holder let others go first.</summary>
    public int Deferrals { get; init; }

    /// <summary>SHA-256 of the guest's tracking token.</summary>
    public string? TrackingTokenHash { get; init; }

    public required TicketStatus Status { get; init; }

    public required int Priority { get; init; }

    public string? Counter { get; init; }

    /// <summary>The id of that counter; <c>null</c> where an earlier version called it.</summary>
    public string? CounterId { get; init; }

    /// <summary>The account of the operator who called or served it last.</summary>
    public string? ServedBy { get; init; }

    public int Recalls { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>What its holder was told on joining this line; <c>null</c> once it gave up the place that was promised for.</summary>
    public WaitPromise? Promise { get; init; }

    public DateTimeOffset? CalledAt { get; init; }

    public DateTimeOffset? ServingAt { get; init; }

    public DateTimeOffset? ServedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public string? TransferredFrom { get; init; }

    public string? TransferredTo { get; init; }

    public required IReadOnlyList<TicketHistoryEntry> History { get; init; }

    public required long Version { get; init; }

    // Enough for anyone who is late again and again; a program would go on for ever.
    private const int MaxDeferrals = 10;

    // Hours of misuse at a desk: of an ordinary visit there are five.
    private const int MaxHistory = 200;

    /// <summary>A new ticket at the end of a line.</summary>
    /// <param name="draft">What is known of it.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="place">Its place in the line.</param>
    /// <param name="promise">The wait its holder is told.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    public static TicketChange Issue(
        NewTicket draft,
        QueueDefinition queue,
        Place place,
        WaitPromise promise,
        DateTimeOffset at,
        string? by
    )
    {
        var ticket = new Ticket
        {
            Id = draft.Id,
            BranchId = queue.BranchId,
            QueueId = queue.Id,
            QueueName = queue.Name,
            VisitId = draft.Id,
            Source = draft.Source,
            TicketNumber = place.Number.Text,
            Number = place.Number.Value,
            ServiceDay = place.Number.ServiceDay,
            Order = place.Order,
            AppointmentAt = draft.Turn?.At,
            Turn = draft.Turn,
            UserId = draft.UserId,
            CustomerName = draft.CustomerName,
            Phone = draft.Phone,
            Email = draft.Email,
            Language = draft.Language,
            Notes = draft.Notes,
            Network = draft.Network,
            TrackingTokenHash = draft.TrackingTokenHash,
            Status = TicketStatus.Waiting,
            Priority = draft.Priority,
            CreatedAt = at,
            QueuedAt = at,
            Promise = promise,
            UpdatedAt = at,
            History = [new TicketHistoryEntry(null, TicketStatus.Waiting, at, by, null, null)],
            Version = 1,
        };
        return new TicketChange(ticket, Created(ticket, at, by));
    }

    /// <summary>Calls it to a counter.</summary>
    public TicketChange Call(CounterRef counter, DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.Called);
        if (Status == TicketStatus.Called)
            throw TicketTransitions.Invalid(Status, $"It is already called to counter {Counter}; recall it instead");
        var next = Move(TicketStatus.Called, at, by, counter.Name) with
        {
            Counter = counter.Name,
            CounterId = counter.Id,
            ServedBy = by,
            CalledAt = at,
            Recalls = 0,
        };
        return new(
            next,
            new TicketCalled
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Counter = counter.Name,
            }
        );
    }

    /// <summary>Announces a called ticket again.</summary>
    public TicketChange Recall(int maxRecalls, DateTimeOffset at, string? by)
    {
        if (Status != TicketStatus.Called)
            throw TicketTransitions.Invalid(Status, $"It is {Status.Wire()}; only a called ticket can be recalled");
        if (Recalls >= maxRecalls)
            throw TicketTransitions.Invalid(Status, $"It was recalled {Recalls} times, which is the most this queue allows");
        var next = Move(TicketStatus.Called, at, by, Counter) with { Recalls = Recalls + 1 };
        return new(
            next,
            new TicketRecalled
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Counter = Counter!,
            }
        );
    }

    /// <summary>The customer is at the counter.</summary>
    public TicketChange Start(CounterRef? counter, DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.Serving);
        var name = counter?.Name ?? Counter;
        var next = Move(TicketStatus.Serving, at, by, name) with
        {
            Counter = name,
            CounterId = counter is null ? CounterId : counter.Id,
            ServedBy = by,
            ServingAt = at,
        };
        return new(
            next,
            new TicketServingStarted
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Counter = next.Counter,
            }
        );
    }

    public TicketChange Serve(DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.Served);
        var next = Move(TicketStatus.Served, at, by, Counter) with { ServedBy = by, ServedAt = at, ClosedAt = at };
        return new(
            next,
            new TicketServed
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Counter = Counter,
            }
        );
    }

    public TicketChange Cancel(string? reason, DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.Cancelled);
        var next = Move(TicketStatus.Cancelled, at, by, Counter, reason) with { ClosedAt = at };
        return new(
            next,
            new TicketCancelled
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Reason = reason,
            }
        );
    }

    /// <summary>The called customer did not come.</summary>
    public TicketChange MarkNoShow(string? reason, DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.NoShow);
        var next = Move(TicketStatus.NoShow, at, by, Counter, reason) with { ClosedAt = at };
        return new(
            next,
            new TicketNoShow
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Reason = reason,
            }
        );
    }

    /// <summary>Puts a called or missed ticket back in line.</summary>
    /// <param name="order">Where, as a walk-in; its old place if <c>null</c>.</param>
    /// <param name="grace">How long after a no-show that is possible.</param>
    /// <param name="reason">Why, if said.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    public TicketChange Requeue(long? order, TimeSpan grace, string? reason, DateTimeOffset at, string? by)
    {
        if (Status is not (TicketStatus.Called or TicketStatus.NoShow))
            throw TicketTransitions.Invalid(Status, $"It is {Status.Wire()}; only a called or missed ticket can be requeued");
        if (Status == TicketStatus.NoShow && at - ClosedAt > grace)
            throw new RefusedException(
                ErrorCodes.InvalidTransition,
                "The time in which a missed ticket may rejoin is over. Take a new number."
            );
        var next = Move(TicketStatus.Waiting, at, by, Counter, reason) with
        {
            Order = order ?? Order,
            Turn = order is null ? Turn : null,
            Counter = null,
            CounterId = null,
            CalledAt = null,
            ClosedAt = null,
            Recalls = 0,
        };
        return new(
            next,
            new TicketRequeued
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Reason = reason,
            }
        );
    }

    /// <summary>Lets others go first, and gives up the turn of an appointment.</summary>
    /// <param name="places">How many, as wished.</param>
    /// <param name="order">Where it stands then.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    /// <param name="byHolder">Whether its holder does so, who may a few times only, and not staff.</param>
    public TicketChange Defer(int places, long order, DateTimeOffset at, string? by, bool byHolder = false)
    {
        if (Status != TicketStatus.Waiting)
            throw TicketTransitions.Invalid(Status, $"It is {Status.Wire()}; only a waiting ticket can let others go first");
        if (byHolder && Deferrals >= MaxDeferrals)
            throw new RefusedException(
                ErrorCodes.InvalidTransition,
                $"It has let others go first {MaxDeferrals} times, which is the most. Ask at the counter, or take a new number."
            );
        var next = Move(TicketStatus.Waiting, at, by, null) with
        {
            Order = order,
            Turn = null,
            Promise = null,
            Deferrals = Deferrals + (byHolder ? 1 : 0),
        };
        return new(
            next,
            new TicketDeferred
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Places = places,
            }
        );
    }

    /// <summary>Sets it aside. It keeps its place.</summary>
    public TicketChange Park(string? reason, DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.Parked);
        var next = Move(TicketStatus.Parked, at, by, Counter, reason) with { Counter = null, CounterId = null, Promise = null };
        return new(
            next,
            new TicketParked
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                Reason = reason,
            }
        );
    }

    /// <summary>Brings a parked ticket back to the place it had: the time it waited counts.</summary>
    public TicketChange Unpark(DateTimeOffset at, string? by)
    {
        if (Status != TicketStatus.Parked)
            throw TicketTransitions.Invalid(Status, $"It is {Status.Wire()}; only a parked ticket can be unparked");
        var next = Move(TicketStatus.Waiting, at, by, null) with { CalledAt = null, ServingAt = null, Recalls = 0 };
        return new(
            next,
            new TicketUnparked
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
            }
        );
    }

    /// <summary>Closes it here to go on in another queue as <paramref name="successorId"/>.</summary>
    public TicketChange Transfer(string toQueueId, string successorId, DateTimeOffset at, string? by)
    {
        TicketTransitions.Require(Status, TicketStatus.Transferred);
        var next = Move(TicketStatus.Transferred, at, by, Counter) with { ClosedAt = at, TransferredTo = successorId };
        return new(
            next,
            new TicketTransferred
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
                ToQueueId = toQueueId,
                ToTicketId = successorId,
            }
        );
    }

    /// <summary>The number that goes with its holder to another queue; <c>null</c> where that is in another branch.</summary>
    public PlaceNumber? NumberIn(QueueDefinition queue) =>
        queue.BranchId == BranchId ? new(TicketNumber[..TicketNumber.LastIndexOf('-')], Number, ServiceDay) : null;

    /// <summary>The ticket that continues this one in another queue: same customer, same visit, same join time.</summary>
    /// <param name="successorId">Its id.</param>
    /// <param name="queue">The other queue.</param>
    /// <param name="place">Its place there.</param>
    /// <param name="priority">Its priority there.</param>
    /// <param name="promise">The wait its holder is told.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    public TicketChange ContinueIn(
        string successorId,
        QueueDefinition queue,
        Place place,
        int priority,
        WaitPromise promise,
        DateTimeOffset at,
        string? by
    )
    {
        var successor = this with
        {
            Id = successorId,
            BranchId = queue.BranchId,
            QueueId = queue.Id,
            QueueName = queue.Name,
            VisitId = VisitId ?? Id,
            TicketNumber = place.Number.Text,
            Number = place.Number.Value,
            Issued = NumberIn(queue) is null,
            ServiceDay = place.Number.ServiceDay,
            Order = place.Order,
            Turn = null,
            Priority = priority,
            Status = TicketStatus.Waiting,
            Counter = null,
            CounterId = null,
            Recalls = 0,
            QueuedAt = at,
            Promise = promise,
            CalledAt = null,
            ServingAt = null,
            UpdatedAt = at,
            TransferredFrom = Id,
            History = [new TicketHistoryEntry(null, TicketStatus.Waiting, at, by, null, "transferred")],
            Version = 1,
        };
        return new TicketChange(successor, Created(successor, at, by));
    }

    /// <summary>Corrects what is known of it. Not a transition: its history stays.</summary>
    /// <param name="details">As it is to be.</param>
    /// <param name="headStart">What a level of priority is worth in its queue.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account.</param>
    /// <exception cref="RefusedException"><c>INVALID_TRANSITION</c>: another priority for one that does not wait.</exception>
    public TicketChange Correct(TicketDetails details, int? headStart, DateTimeOffset at, string? by)
    {
        if (details.Priority != Priority && Status is not (TicketStatus.Waiting or TicketStatus.Parked))
            throw TicketTransitions.Invalid(Status, $"It is {Status.Wire()}; only a ticket that waits can be given another priority");
        var next = this with
        {
            CustomerName = details.CustomerName,
            Phone = details.Phone,
            Email = details.Email,
            Notes = details.Notes,
            Labels = details.Labels,
            Priority = details.Priority,
            Order = LineOrder.Raised(Order, details.Priority - Priority, headStart),
            UpdatedAt = at,
            Version = Version + 1,
        };
        return new(
            next,
            new TicketDetailsChanged
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                By = by,
            }
        );
    }

    /// <summary>Closes it because its queue has closed or is gone.</summary>
    public TicketChange Expire(string reason, DateTimeOffset at)
    {
        TicketTransitions.Require(Status, TicketStatus.Expired);
        var next = Move(TicketStatus.Expired, at, null, Counter, reason) with { ClosedAt = at };
        return new(
            next,
            new TicketExpired
            {
                EventId = EventId(at),
                OccurredAt = at,
                TicketId = Id,
                QueueId = QueueId,
                Version = next.Version,
                Ticket = next.State(),
                Reason = reason,
            }
        );
    }

    /// <summary>The ticket without what tells who it belonged to. Not a transition: its version stays.</summary>
    public Ticket Anonymous() => this with { CustomerName = null, Phone = null, Email = null, Notes = null, Network = null };

    /// <summary>From when what tells who a guest was is kept for nothing: the end of the ticket. <c>null</c> while it is open, where there is
    /// nothing of that kind, and for the ticket of an account, with which it goes.</summary>
    public DateTimeOffset? ContactLeftAt() => UserId is null && (CustomerName ?? Phone ?? Email ?? Notes) is not null ? ClosedAt : null;

    /// <summary>When it was last announced: the call, or the latest recall.</summary>
    public DateTimeOffset? LastAnnouncedAt() => Status == TicketStatus.Called ? History[^1].At : null;

    private static Guid EventId(DateTimeOffset at) => Guid.CreateVersion7(at);

    private static TicketCreated Created(Ticket ticket, DateTimeOffset at, string? by) =>
        new()
        {
            EventId = EventId(at),
            OccurredAt = at,
            TicketId = ticket.Id,
            QueueId = ticket.QueueId,
            Version = ticket.Version,
            Ticket = ticket.State(),
            By = by,
        };

    private Ticket Move(TicketStatus to, DateTimeOffset at, string? by, string? counter, string? reason = null) =>
        this with
        {
            Status = to,
            UpdatedAt = at,
            Version = Version + 1,
            Network = to.IsOpen() ? Network : null,
            // The first tells when it was issued; of too many others the latest tell more.
            History =
            [
                .. History.Count < MaxHistory ? History : History.Skip(2).Prepend(History[0]),
                new TicketHistoryEntry(Status, to, at, by, counter, reason),
            ],
        };

    private TicketState State() =>
        new()
        {
            Id = Id,
            BranchId = BranchId,
            VisitId = VisitId,
            Source = Source,
            Labels = Labels,
            TicketNumber = TicketNumber,
            QueueId = QueueId,
            QueueName = QueueName,
            ServiceDay = ServiceDay,
            UserId = UserId,
            CustomerName = CustomerName,
            Phone = Phone,
            Email = Email,
            Language = Language,
            Status = Status,
            Priority = Priority,
            Order = Order,
            AppointmentAt = AppointmentAt,
            Turn = Turn,
            Counter = Counter,
            CounterId = CounterId,
            ServedBy = ServedBy,
            Recalls = Recalls,
            CreatedAt = CreatedAt,
            QueuedAt = QueuedAt,
            Promise = Promise,
            CalledAt = CalledAt,
            ServingAt = ServingAt,
            ServedAt = ServedAt,
            ClosedAt = ClosedAt,
            TransferredFrom = TransferredFrom,
            TransferredTo = TransferredTo,
            Version = Version,
        };
}
