using GraphQL;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <content>What is done to appointments. Times are texts, RFC 3339, so that the service sees the offset they were written with: it refuses
/// a clock time that the place skips on that day.</content>
internal sealed partial class Mutation
{
    /// <summary>Books a time, one of those slots gives. Without an account the answer holds a token.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Appointment> BookAppointment(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string queueId,
        string start,
        string customerName,
        string? phone,
        string? email,
        string? notes,
        string? language
    ) =>
        services.Appointments.BookAsync(
            services.Caller,
            new
            {
                queueId,
                start,
                customerName,
                phone,
                email,
                notes,
                language,
            },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Moves an appointment that is yours, or whose token you hold, or corrects who comes: what is absent stays, and an empty text
    /// clears.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Appointment> ChangeAppointment(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? token,
        string? start,
        string? customerName,
        string? phone,
        string? email,
        string? notes,
        string? language
    ) =>
        services.Appointments.ChangeAsync(
            services.With(token),
            id,
            new
            {
                start,
                customerName,
                phone,
                email,
                notes,
                language,
            },
            field.CancellationToken
        );

    /// <summary>Cancels an appointment that is yours, or whose token you hold. Repeating it is harmless.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Appointment> CancelAppointment(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? token,
        string? reason
    ) => services.Appointments.CancelAsync(services.With(token), id, reason, field.CancellationToken);
}
