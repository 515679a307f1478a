using System.Security.Cryptography;
using System.Text;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments;

/// <summary>Whose an appointment is: its owner's, its token's holder's, and its branch's staff's. For others there is no such
/// appointment.</summary>
internal sealed class AppointmentAccess(IAppointmentStore store)
{
    private const int TokenBytes = 32;
    private const int CodeLength = 8;

    // Nothing that is taken for something else when it is read aloud or typed: no I, L, O and U, no 0 and 1.
    private const string CodeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>An appointment the caller may act on.</summary>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>, also when it is someone else's.</exception>
    public async Task<Appointment> FindAsync(string appointmentId, Caller caller, CancellationToken cancellationToken) =>
        await store.FindAsync(appointmentId, cancellationToken) is { } found && MayTouch(found, caller)
            ? found
            : throw new RefusedException(ErrorCodes.AppointmentNotFound, "There is no such appointment, or it is not yours.");

    /// <summary>A token that nobody guesses.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>A code to type at a kiosk: of 30 letters and digits, eight, so that who guesses ten a minute for a year hits none of a
    /// thousand with a chance of more than one in a hundred.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(CodeLetters, CodeLength);

    /// <summary>The kept form of a token or code.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static bool MayTouch(Appointment appointment, Caller caller) =>
        caller.IsOperator
            ? caller.IsStaffOf(appointment.BranchId)
            : (caller.UserId is not null && caller.UserId == appointment.UserId)
                || (
                    caller.TrackingToken is not null
                    && appointment.TokenHash is not null
                    && CryptographicOperations.FixedTimeEquals(
                        Encoding.ASCII.GetBytes(HashOf(caller.TrackingToken)),
                        Encoding.ASCII.GetBytes(appointment.TokenHash)
                    )
                );
}
