using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Appointments.Storage;

/// <summary>
/// Keeps appointments. Each write is one atomic step that carries its event and, where there is one, its kept answer: all of it is durable
/// when the call returns, or nothing is.
/// </summary>
internal interface IAppointmentStore
{
    /// <summary>Takes a place in a slot, for a new appointment or for one that moves there from another. No place is had twice, however
    /// many ask at once.</summary>
    /// <param name="request">The slot.</param>
    /// <param name="expectedVersion">The version that the change of a standing appointment was decided on; <c>null</c> for a new one.</param>
    /// <param name="change">Makes the appointment that has the place. May run more than once; only the last result counts.</param>
    /// <param name="cancellationToken">Cancels it while nothing has happened.</param>
    /// <returns><c>false</c> if someone else changed the appointment first; then nothing is saved.</returns>
    /// <exception cref="RefusedException"><c>SLOT_TAKEN</c>.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> TakeAsync(
        SlotRequest request,
        long? expectedVersion,
        Func<int, (AppointmentChange Change, StoredResponse? Answer)> change,
        CancellationToken cancellationToken
    );

    /// <summary>Saves a change of an appointment that is still at <paramref name="expectedVersion"/>, where it stays at its time or gives
    /// that up, with the answer to the request if one is to be kept.</summary>
    /// <returns><c>false</c> if someone else changed it first; then nothing is saved.</returns>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> SaveAsync(
        AppointmentChange change,
        long expectedVersion,
        CancellationToken cancellationToken,
        StoredResponse? answer = null
    );

    /// <summary>The appointment; <c>null</c> where there is none.</summary>
    Task<Appointment?> FindAsync(string appointmentId, CancellationToken cancellationToken);

    /// <summary>One more than a page of appointments, by their time, without those that were never confirmed.</summary>
    Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The places of a queue that are booked or held at any moment between two, UTC.</summary>
    Task<IReadOnlyList<TakenPlace>> TakenAsync(string queueId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>How many appointments of a queue guests of a network have at a time, UTC, that begin after it: booked ones, and those whose
    /// place is held longer than until then.</summary>
    Task<int> CountHeldAsync(string queueId, string network, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The appointment of a code that can still be used; <c>null</c> where there is none.</summary>
    /// <param name="codeHash">The hash of the code. Where two branches have the same, the one whose time comes first.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<Appointment?> FindByCodeAsync(string codeHash, CancellationToken cancellationToken);

    /// <summary>Some of those that are booked and began before a time, UTC, the first first.</summary>
    /// <param name="before">The time.</param>
    /// <param name="after">Behind which <see cref="ListPosition"/>; <c>null</c> from the first one on.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Appointment>> BegunAsync(DateTimeOffset before, ListPosition? after, int most, CancellationToken cancellationToken);

    /// <summary>Some of those that have a place which was held for them until a time, UTC, or until before, and that did not confirm it, the
    /// first first.</summary>
    /// <param name="now">The time.</param>
    /// <param name="queueId">Only of this queue; <c>null</c> for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Appointment>> ExpiredHoldsAsync(DateTimeOffset now, string? queueId, int most, CancellationToken cancellationToken);

    /// <summary>Removes those that were held until before a time, UTC, and have given their place back.</summary>
    Task ForgetHoldsAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>The answer kept under an idempotency key.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);

    /// <summary>Removes what tells who a user's appointments belonged to, also from events not yet published.</summary>
    Task EraseUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Removes the same of guests whose appointments ended before a time, UTC.</summary>
    Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>The last known definition of a queue; <c>null</c> if it was never heard of.</summary>
    Task<QueueCopy?> FindQueueAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>Keeps a definition unless a later version is kept already.</summary>
    Task SaveQueueAsync(QueueCopy queue, CancellationToken cancellationToken);
}
