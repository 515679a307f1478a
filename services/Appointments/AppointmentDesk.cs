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
    AppointmentsOptions options,
    TimeProvider time
)
{
    private const int MaxRaces = 16;
    private const int ReadAtOnce = 500;

    /// <summary>Books a time; a guest's appointment comes with its token, and every one with its code.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, <c>VALIDATION_FAILED</c>, <c>QUEUE_CLOSED</c>, <c>SLOT_TAKEN</c>, or
    /// <c>RATE_LIMITED</c> for a guest whose network has, or books, too many.</exception>
    public Task<AppointmentView> BookAsync(
        string queueId,
        WantedTime wanted,
        AppointmentDetails details,
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
                var code = AppointmentAccess.NewCode();
                var draft = new NewAppointment
                {
                    Id = time.NewId(),
                    UserId = userId,
                    Details = details,
                    Network = network,
                    TokenHash = token is null ? null : SecretToken.HashOf(token),
                    CodeHash = SecretToken.HashOf(code),
                };
                AppointmentView? view = null;
                try
                {
                    await store.TakeAsync(
                        new SlotRequest(draft.Id, queueId, slot, queue.Booking!.Places),
                        expectedVersion: null,
                        place =>
                        {
                            var booked = Appointment.Book(draft, queue, slot, place, now, caller.UserId);
                            view = AppointmentView.Of(booked.Next, outsideHours: false) with { Token = token, Code = code };
                            return (booked, key?.Seal(view, now));
                        },
                        cancel
                    );
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.SlotTaken)
                {
                    AppointmentMetrics.Attempted("taken");
                    throw;
                }

                AppointmentMetrics.Attempted("booked");
                return view!;
            },
            cancellationToken
        );

    /// <summary>An appointment as it stands.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>.</exception>
    public async Task<AppointmentView> ReadAsync(string appointmentId, Caller caller, CancellationToken cancellationToken) =>
        await ViewAsync(await access.FindAsync(appointmentId, caller, cancellationToken), cancellationToken);

    /// <summary>The same for a calendar.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>.</exception>
    public Task<Appointment> FindAsync(string appointmentId, Caller caller, CancellationToken cancellationToken) =>
        access.FindAsync(appointmentId, caller, cancellationToken);

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
                var saved = await store.TakeAsync(
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

    /// <summary>Cancels an appointment; one that is cancelled already stays as it is.</summary>
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
                RequireInTime(standing, queue, caller, now);
                var cancelled = standing.Cancel(reason, now, caller.UserId);
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
        var found = new List<(Appointment Appointment, bool Outside)>();
        for (var next = page; ; )
        {
            var some = await store.ListAsync(filter, next, cancellationToken);
            foreach (var appointment in some)
            {
                var outside = await IsOutsideAsync(appointment, known, cancellationToken);
                if (outside || !outsideHours)
                    found.Add((appointment, outside));
            }

            if (found.Count > page.Limit || some.Count <= page.Limit)
                break;
            next = page.Behind(ListPosition.Of(some[^1]));
        }

        return Page<(Appointment Appointment, bool Outside)>
            .Of([.. found.Take(page.Limit + 1)], page, f => ListPosition.Of(f.Appointment))
            .Map(f => AppointmentView.Of(f.Appointment, f.Outside));
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

    private async Task<AppointmentView> ViewAsync(Appointment appointment, CancellationToken cancellationToken) =>
        AppointmentView.Of(appointment, await IsOutsideAsync(appointment, [], cancellationToken));

    private async Task<bool> IsOutsideAsync(
        Appointment appointment,
        Dictionary<string, QueueDefinition?> known,
        CancellationToken cancellationToken
    )
    {
        if (appointment.Status != AppointmentStatus.Booked)
            return false;
        if (!known.TryGetValue(appointment.QueueId, out var queue))
            known[appointment.QueueId] = queue = await queues.FindAsync(appointment.QueueId, cancellationToken);
        var slot = queue is null ? null : SlotPlan.Of(queue)?.At(appointment.Start);
        return slot is not { Closed: false };
    }
}
