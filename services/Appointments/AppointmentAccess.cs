using System.Security.Cryptography;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments;

/// <summary>Finds appointments for those whose they are, see <see cref="Caller.MayTouch"/>. For others there is no such
/// appointment.</summary>
internal sealed class AppointmentAccess(IAppointmentStore store)
{
    private const int CodeLength = 8;

    // Nothing that is taken for something else when it is read aloud or typed: no I, L, O and U, no 0 and 1.
    private const string CodeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>An appointment the caller may act on.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>, also when it is someone else's.</exception>
    public async Task<Appointment> FindAsync(string appointmentId, Caller caller, CancellationToken cancellationToken) =>
        await store.FindAsync(appointmentId, cancellationToken) is { } found
        && caller.MayTouch(found.BranchId, found.UserId, found.TokenHash)
            ? found
            : throw new RefusedException(ErrorCodes.AppointmentNotFound, "There is no such appointment, or it is not yours.");

    /// <summary>A code as it was given out, however it was typed.</summary>
    public static string CodeOf(string typed) => string.Concat(typed.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant));

    /// <summary>A code to type at a kiosk: of 30 letters and digits, eight, so that who guesses ten a minute for a year hits none of a
    /// thousand with a chance of more than one in a hundred.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(CodeLetters, CodeLength);
}
