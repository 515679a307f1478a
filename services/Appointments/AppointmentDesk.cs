using System.Runtime.CompilerServices;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Http;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>The use cases: load, decide, save. A decision that loses a race is made again on what won.</summary>
internal sealed class AppointmentDesk(
    IAppointmentStore store,
    BookingQueues queues,
    AppointmentAccess access,
    BookingRate rate,
    Holds holds,
    AppointmentsOptions options,
    TimeProvider time
)
{
    private const int MaxRaces = 16;
    private const int ReadAtOnce = 500;

    /// <summary>Books a time, or holds it until <see cref="ConfirmAsync"/> books it; a guest's appointment comes with its token, and every one
    /// that is booked with its code.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="wanted">The time.</param>
    /// <param name="details">What is known of who comes; <c>null</c> where that is still to be said, and the time only held.</param>
    /// <param name="network">The network of a guest outside the house, which limits count by.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="key">The name of the attempt.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, <c>VALIDATION_FAILED</c>, <c>QUEUE_CLOSED</c>, <c>SLOT_TAKEN</c>, or
    /// <c>RATE_LIMITED</c> for a guest whose network has, or books, too many.</exception>
    public Task<AppointmentView> BookAsync(
        string queueId,
        WantedTime wanted,
        AppointmentDetails? details,
        string? network,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async cancel =>
            {
                var queue = await queues.GetAsync(queueId, cancel);
                if (caller.IsOperator && !caller.IsStaffOf(queue.BranchId))
                    throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue.");
                var now = time.Now();
                var slot = wanted.Require(queue, now, caller.IsOperator);
                if (network is not null)
                    await LimitAsync(queueId, network, cancel);
                // Staff book for people in front of them or on the phone, so those are guests' appointments.
                var userId = caller.IsOperator ? null : caller.UserId;
                var token = userId is null ? SecretToken.New() : null;
                var code = details is null ? null : AppointmentAccess.NewCode();
                var draft = new NewAppointment
                {
                    Id = time.NewId(),
                    UserId = userId,
                    Details = details ?? new AppointmentDetails(),
                    Network = network,
                    TokenHash = token is null ? null : SecretToken.HashOf(token),
                    CodeHash = code is null ? null : SecretToken.HashOf(code),
                };
                AppointmentView? view = null;
                try
                {
                    await TakeAsync(
                        new SlotRequest(draft.Id, queueId, slot, queue.Booking!.Places),
                        expectedVersion: null,
                        place =>
                        {
                            var made = details is null
                                ? Appointment.Hold(draft, queue, slot, place, HeldUntil(slot, now), now)
                                : Appointment.Book(draft, queue, slot, place, now, caller.UserId);
                            view = AppointmentView.Of(made.Next, queue.Booking, outsideHours: false) with { Token = token, Code = code };
                            return (made, key?.Seal(view, now));
                        },
                        cancel
                    );
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.SlotTaken)
                {
                    AppointmentMetrics.Attempted("taken");
                    throw;
                }

                AppointmentMetrics.Attempted(details is null ? "held" : "booked");
                return view!;
            },
            cancellationToken
        );

    /// <summary>Books the time that is held, with the code that it has from now on. Said again with the same details it stays as it is; its
    /// code is told again only to who sends the same key.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>; <c>HOLD_EXPIRED</c> when it is held no longer, also while nobody else
    /// has the place; <c>INVALID_TRANSITION</c> when it was confirmed with other details.</exception>
    public async Task<AppointmentView> ConfirmAsync(
        string appointmentId,
        AppointmentDetails details,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        // Whose it is comes first: a guest's key is that of the appointment.
        await access.FindAsync(appointmentId, caller, cancellationToken);
        return await Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async cancel =>
            {
                string? code = null;
                var view = await UntilSavedAsync(
                    appointmentId,
                    caller,
                    expected: null,
                    async (standing, _) =>
                    {
                        code = null;
                        if (standing.Status == AppointmentStatus.Booked && standing.Details() == details)
                            return key is not null && await store.FindAnswerAsync(key.KeyHash, cancel) is not null
                                ? throw new DuplicateIdempotencyKeyException()
                                : (standing, true);
                        var now = time.Now();
                        code = AppointmentAccess.NewCode();
                        var confirmed = Confirm(standing, details, code, now, caller);
                        var answer = key?.Seal(await ViewAsync(confirmed.Next, cancel) with { Code = code }, now);
                        return (confirmed.Next, await store.SaveAsync(confirmed, standing.Version, cancel, answer));
                    },
                    cancel
                );
                if (code is not null)
                    AppointmentMetrics.Attempted("booked");
                return view with { Code = code };
            },
            cancellationToken
        );
    }

    /// <summary>An appointment as it stands.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>.</exception>
    public async Task<AppointmentView> ReadAsync(string appointmentId, Caller caller, CancellationToken cancellationToken) =>
        await ViewAsync(await access.FindAsync(appointmentId, caller, cancellationToken), cancellationToken);

    /// <summary>The same for a calendar.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>, also of one that was never confirmed.</exception>
    public async Task<Appointment> FindAsync(string appointmentId, Caller caller, CancellationToken cancellationToken) =>
        await access.FindAsync(appointmentId, caller, cancellationToken) is { HeldUntil: null } found
            ? found
            : throw new RefusedException(ErrorCodes.AppointmentNotFound, "The appointment is not confirmed yet.");

    /// <summary>Moves an appointment, or corrects what is known of who comes, or both.</summary>
    /// <param name="appointmentId">The appointment.</param>
    /// <param name="wanted">The time it is to have; <c>null</c> where it stays.</param>
    /// <param name="correct">What is to be known of what is.</param>
    /// <param name="caller">Its holder, or staff.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>, <c>VERSION_CONFLICT</c>, <c>INVALID_TRANSITION</c> once it is no
    /// longer booked or for its holder too late; and, of the time, as <see cref="BookAsync"/>.</exception>
    public Task<AppointmentView> ChangeAsync(
        string appointmentId,
        WantedTime? wanted,
        Func<AppointmentDetails, AppointmentDetails> correct,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        CancellationToken cancellationToken
    ) =>
        UntilSavedAsync(
            appointmentId,
            caller,
            expected,
            async (standing, queue) =>
            {
                var now = time.Now();
                RequireInTime(standing, queue, caller, now);
                var details = correct(standing.Details());
                if (wanted is null || wanted.Start == standing.Start)
                {
                    var corrected = standing.Correct(details, now, caller.UserId);
                    return (corrected.Next, await store.SaveAsync(corrected, standing.Version, cancellationToken));
                }

                var there = queue ?? throw new RefusedException(ErrorCodes.QueueNotFound, "Its queue is no more.");
                var slot = wanted.Require(there, now, caller.IsOperator);
                Appointment? moved = null;
                var saved = await TakeAsync(
                    new SlotRequest(standing.Id, standing.QueueId, slot, there.Booking!.Places),
                    standing.Version,
                    place =>
                    {
                        var move = standing.Move(details, there, slot, place, now, caller.UserId);
                        moved = move.Next;
                        return (move, null);
                    },
                    cancellationToken
                );
                return (moved!, saved);
            },
            cancellationToken
        );

    /// <summary>Cancels an appointment, or gives back a place that is held; one that is cancelled already stays as it is.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>, <c>VERSION_CONFLICT</c>, <c>INVALID_TRANSITION</c> once it is no
    /// longer booked or for its holder too late.</exception>
    public Task<AppointmentView> CancelAsync(
        string appointmentId,
        string? reason,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        CancellationToken cancellationToken
    ) =>
        UntilSavedAsync(
            appointmentId,
            caller,
            expected,
            async (standing, queue) =>
            {
                if (standing.Status == AppointmentStatus.Cancelled)
                    return (standing, true);
                var now = time.Now();
                if (standing.Status != AppointmentStatus.Held)
                    RequireInTime(standing, queue, caller, now);
                var cancelled =
                    standing.Status == AppointmentStatus.Held ? standing.Release(now) : standing.Cancel(reason, now, caller.UserId);
                return (cancelled.Next, await store.SaveAsync(cancelled, standing.Version, cancellationToken));
            },
            cancellationToken
        );

    /// <summary>Appointments by their time.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="outsideHours">Whether only those whose time is none of their queue's slots any more, since its hours, closures or
    /// slots were changed.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Page<AppointmentView>> ListAsync(
        AppointmentFilter filter,
        bool outsideHours,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var known = new Dictionary<string, QueueDefinition?>();
        var found = new List<(string Position, AppointmentView View)>();
        for (var next = page; ; )
        {
            var some = await store.ListAsync(filter, next, cancellationToken);
            foreach (var appointment in some)
            {
                var view = await ViewAsync(appointment, known, cancellationToken);
                if (view.OutsideHours || !outsideHours)
                    found.Add((ListPosition.Of(appointment), view));
            }

            if (found.Count > page.Limit || some.Count <= page.Limit)
                break;
            next = page.Behind(ListPosition.Of(some[^1]));
        }

        return Page<(string Position, AppointmentView View)>.Of([.. found.Take(page.Limit + 1)], page, f => f.Position).Map(f => f.View);
    }

    /// <summary>All appointments by their time, read as they are asked for, some at once.</summary>
    public async IAsyncEnumerable<Appointment> AllAsync(
        AppointmentFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var page = PageRequest.First(ReadAtOnce); ; )
        {
            var some = await store.ListAsync(filter, page, cancellationToken);
            foreach (var appointment in some.Take(page.Limit))
                yield return appointment;
            if (some.Count <= page.Limit)
                break;
            page = page.Behind(ListPosition.Of(some[page.Limit - 1]));
        }
    }

    // A place that was held for somebody who let the time go by is the next one's, whether or not the sweeper has come by.
    private async Task<bool> TakeAsync(
        SlotRequest request,
        long? expectedVersion,
        Func<int, (AppointmentChange Change, StoredResponse? Answer)> change,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; ; race++)
        {
            try
            {
                return await store.TakeAsync(request, expectedVersion, change, cancellationToken);
            }
            catch (RefusedException e) when (e.Code == ErrorCodes.SlotTaken && race < MaxRaces)
            {
                if (!await holds.EndAsync(request.QueueId, cancellationToken))
                    throw;
            }
        }
    }

    // Nobody confirms what has begun.
    private DateTimeOffset HeldUntil(Slot slot, DateTimeOffset now) =>
        now + options.Hold is var until && until < slot.Start ? until : slot.Start;

    private static AppointmentChange Confirm(
        Appointment standing,
        AppointmentDetails details,
        string code,
        DateTimeOffset now,
        Caller caller
    )
    {
        try
        {
            return standing.Confirm(details, SecretToken.HashOf(code), now, caller.UserId);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.HoldExpired)
        {
            AppointmentMetrics.Attempted("expired");
            throw;
        }
    }

    private async Task<AppointmentView> UntilSavedAsync(
        string appointmentId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        Func<Appointment, QueueDefinition?, Task<(Appointment Next, bool Saved)>> attempt,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            var standing = await access.FindAsync(appointmentId, caller, cancellationToken);
            expected.Require(standing.Version);
            var (next, saved) = await attempt(standing, await queues.FindAsync(standing.QueueId, cancellationToken));
            if (saved)
                return await ViewAsync(next, cancellationToken);
        }

        throw new RefusedException(ErrorCodes.Conflict, "The appointment is being changed by many at once. Try again in a moment.");
    }

    private static void RequireInTime(Appointment standing, QueueDefinition? queue, Caller caller, DateTimeOffset now)
    {
        standing.RequireBooked();
        if (!caller.IsOperator && now > standing.Start.AddSeconds(-(queue?.Booking?.Latest ?? 0)))
            throw new RefusedException(ErrorCodes.InvalidTransition, "It is too late to change it yourself. Ask at the desk.");
    }

    private async Task LimitAsync(string queueId, string network, CancellationToken cancellationToken)
    {
        try
        {
            rate.Count(queueId, network);
            if (
                options.HeldPerNetwork > 0
                && await store.CountHeldAsync(queueId, network, time.Now(), cancellationToken) >= options.HeldPerNetwork
            )
                throw new RefusedException(
                    ErrorCodes.RateLimited,
                    "Your network has as many appointments in this queue as it may. Cancel one, or book at the desk."
                );
        }
        catch (RefusedException)
        {
            AppointmentMetrics.Attempted("limited");
            throw;
        }
    }

    private Task<AppointmentView> ViewAsync(Appointment appointment, CancellationToken cancellationToken) =>
        ViewAsync(appointment, [], cancellationToken);

    private async Task<AppointmentView> ViewAsync(
        Appointment appointment,
        Dictionary<string, QueueDefinition?> known,
        CancellationToken cancellationToken
    )
    {
        if (appointment.Status != AppointmentStatus.Booked)
            return AppointmentView.Of(appointment, booking: null, outsideHours: false);
        if (!known.TryGetValue(appointment.QueueId, out var queue))
            known[appointment.QueueId] = queue = await queues.FindAsync(appointment.QueueId, cancellationToken);
        var slot = queue is null ? null : SlotPlan.Of(queue)?.At(appointment.Start);
        return AppointmentView.Of(appointment, queue?.Booking, outsideHours: slot is not { Closed: false });
    }
}
