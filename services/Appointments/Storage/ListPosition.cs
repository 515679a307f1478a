using System.Globalization;
using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Appointments.Storage;

/// <summary>Where an appointment stands in the order of time: its beginning, and of equals the older id first.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="Id">Its id.</param>
internal sealed record ListPosition(DateTimeOffset Start, string Id)
{
    private const char Between = ' ';

    /// <summary>That of an appointment, as cursors hold it.</summary>
    public static string Of(Appointment appointment) =>
        appointment.Start.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) + Between + appointment.Id;

    /// <summary>Reads what <see cref="Of"/> has written.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>: it is a cursor of another list.</exception>
    public static ListPosition? Read(string? position)
    {
        if (position is null)
            return null;
        if (
            position.Split(Between) is [var start, var id]
            && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        )
            return new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id);
        var errors = new FieldErrors();
        errors.Add("cursor", "must be a cursor from an earlier answer");
        errors.ThrowIfAny();
        return null;
    }
}
