using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Tickets.Http;

/// <summary>Arriving for an appointment, which gives a ticket.</summary>
internal static class ArrivalsApi
{
    private const int MaxCode = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var arrivals = routes
            .MapGroup("/api/appointments")
            .WithTag("Appointments", "Times that are booked: booking, reading, moving and cancelling them.")
            .WithParameter("id", "The appointment's id.");
        arrivals
            .MapPost("/{id}/arrive", ArriveAsync)
            .WithName("Arrive")
            .WithSummary("Arrive for an appointment")
            .TakesTrackingToken()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status409Conflict);
        arrivals
            .MapPost("/arrive", ArriveByCodeAsync)
            .WithName("ArriveByCode")
            .WithSummary("Arrive with the code of an appointment")
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>Gives the ticket: 201 the first time, and the same ticket with 200 to who asks again. It is the queue's next number, also where
    /// the line is full; from the appointment's time on it is called before those without one.</summary>
    private static Task<Results<Created<TicketView>, Ok<TicketView>>> ArriveAsync(
        string id,
        Caller caller,
        HttpContext http,
        AppointmentClient appointments,
        TicketDesk desk,
        CancellationToken cancellationToken
    ) => TicketAsync(id, code: null, caller, http, appointments, desk, cancellationToken);

    /// <summary>For kiosks. Whoever gives codes that there are not has to wait: ten a minute from one network.</summary>
    private static Task<Results<Created<TicketView>, Ok<TicketView>>> ArriveByCodeAsync(
        ArriveRequest body,
        Caller caller,
        HttpContext http,
        AppointmentClient appointments,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var code = errors.Required("code", body.Code, MaxCode);
        errors.ThrowIfAny();
        return TicketAsync(id: null, code, caller, http, appointments, desk, cancellationToken);
    }

    private static async Task<Results<Created<TicketView>, Ok<TicketView>>> TicketAsync(
        string? id,
        string? code,
        Caller caller,
        HttpContext http,
        AppointmentClient appointments,
        TicketDesk desk,
        CancellationToken cancellationToken
    )
    {
        caller.RequireProof(http);
        var arrival = await appointments.AdmitAsync(id, code, http, cancellationToken);
        var (ticket, made) = await desk.ArriveAsync(arrival, caller, cancellationToken);
        http.Response.SetEntityTag(ticket.Version);
        return made ? TypedResults.Created($"/api/tickets/{ticket.Id}", ticket) : TypedResults.Ok(ticket);
    }
}
