using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Calendars;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Appointments.Http;

/// <summary>HTTP in and out.</summary>
internal static class AppointmentsApi
{
    /// <summary>The heading in the interface document.</summary>
    public const string Tag = "Appointments";

    private const int MaxId = 64;
    private const int MaxName = 100;
    private const int MaxNotes = 500;
    private const int MaxReason = 200;
    private const int MaxLanguage = 35;
    private const int MaxDays = 31;
    private const int UsualExportDays = 7;
    private const int MaxExportDays = 400;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var appointments = routes
            .MapGroup("/api/appointments")
            .WithTag(Tag, "Times that are booked: booking, reading, moving and cancelling them.")
            .WithParameter("id", "The appointment's id.")
            .WithParameter("branchId", "Only those of this branch.")
            .WithParameter("queueId", "Only those of this queue.")
            .WithParameter("from", "Only those that begin at this time or later, RFC 3339.")
            .WithParameter("to", "Only those that begin before this time, RFC 3339.")
            .WithParameter("status", "Only those of this status.")
            .WithParameter("outsideHours", "`true`: only those whose time is none of their queue's slots any more.")
            .WithParameter("reason", "Why, for who booked it.");
        appointments
            .MapPost("/", BookAsync)
            .WithName("BookAppointment")
            .WithSummary("Book a time, or hold it")
            .TakesIdempotencyKey()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        appointments
            .MapPost("/{id}/confirm", ConfirmAsync)
            .WithName("ConfirmAppointment")
            .WithSummary("Book the time that is held")
            .TakesTrackingToken()
            .TakesIdempotencyKey()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status409Conflict);
        appointments
            .MapGet("/", ListAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("ListAppointments")
            .WithSummary("Appointments by their time");
        appointments
            .MapGet("/export", ExportAsync)
            .RequireAuthorization(Policies.Operator)
            .WithName("ExportAppointments")
            .WithSummary("Appointments by their time, as CSV")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
        appointments
            .MapGet("/{id}", ReadAsync)
            .WithName("GetAppointment")
            .WithSummary("An appointment")
            .TakesTrackingToken()
            .GivesEntityTag();
        appointments
            .MapGet("/{id}.ics", CalendarAsync)
            .WithName("GetAppointmentCalendar")
            .WithSummary("An appointment as a file for a calendar")
            .TakesTrackingToken()
            .Produces<string>(StatusCodes.Status200OK, "text/calendar");
        appointments
            .MapPut("/{id}", ChangeAsync)
            .WithName("ChangeAppointment")
            .WithSummary("Move an appointment, or correct who comes")
            .TakesTrackingToken()
            .TakesIfMatch()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status409Conflict);
        appointments
            .MapDelete("/{id}", CancelAsync)
            .WithName("CancelAppointment")
            .WithSummary("Cancel an appointment")
            .TakesTrackingToken()
            .TakesIfMatch()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status409Conflict);
        // For the ticket service, which asks on behalf of who arrives and makes their ticket.
        appointments.MapPost("/arrivals", ArriveAsync).WithName("AdmitArrival").ExcludeFromDescription();
        routes
            .MapGet("/api/queues/{queueId}/slots", SlotsAsync)
            .WithTag(Tag, "Times that are booked: booking, reading, moving and cancelling them.")
            .WithName("ListSlots")
            .WithSummary("The times of a queue that can be booked")
            .WithParameter("queueId", "The queue's id.")
            .WithParameter("from", "The first moment, RFC 3339; now if absent.")
            .WithParameter("to", "The last one, exclusive, at most 31 days behind the first; a week if absent.");
    }

    /// <summary>Those with places left, in order. A queue without <c>booking</c> takes no appointments: 400.</summary>
    private static async Task<Ok<SlotsView>> SlotsAsync(
        string queueId,
        SlotDesk desk,
        TimeProvider time,
        CancellationToken cancellationToken,
        string? from = null,
        string? to = null
    )
    {
        var errors = new FieldErrors();
        var (begin, end) = (errors.Time("from", from), errors.Time("to", to));
        if (end - (begin ?? time.GetUtcNow()) > TimeSpan.FromDays(MaxDays))
            errors.Add("to", "must be at most 31 days behind from");
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.ListAsync(queueId, begin, end, cancellationToken));
    }

    /// <summary>Whoever is not signed in gets a <c>token</c> with it, and everybody a <c>code</c>; both are shown once. With <c>hold</c> the
    /// place is taken until <c>heldUntil</c> and nobody is told: who comes is said, and the code given, when it is confirmed.</summary>
    private static async Task<Created<AppointmentView>> BookAsync(
        BookRequest body,
        Caller caller,
        HttpContext http,
        AppointmentDesk desk,
        HallNetworks hall,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        caller.RequireProof(http);
        var errors = new FieldErrors();
        var queueId = errors.Required("queueId", body.QueueId, MaxId);
        errors.Required("start", body.Start, MaxId);
        var start = errors.Time("start", body.Start);
        var details = body.Hold
            ? NoDetails(errors, body)
            : Details(errors, phones, body.CustomerName, body.Phone, body.Email, body.Notes, body.Language);
        errors.ThrowIfAny();
        var appointment = await desk.BookAsync(
            queueId,
            WantedTime.Of(body.Start!, start!.Value),
            details,
            caller.UserId is null && !hall.Contains(http) ? ClientNetwork.Of(http) : null,
            caller,
            IdempotencyKey.Of(http, body),
            cancellationToken
        );
        http.Response.SetEntityTag(appointment.Version);
        return TypedResults.Created($"/api/appointments/{appointment.Id}", appointment);
    }

    /// <summary>For who holds it, and for staff. From <c>heldUntil</c> on it is 409 <c>HOLD_EXPIRED</c>, and 404 a day later. Said again with
    /// the same details it stays as it is; the <c>code</c> is shown once, and again to who repeats the request under its key.</summary>
    private static async Task<Ok<AppointmentView>> ConfirmAsync(
        string id,
        ConfirmRequest body,
        Caller caller,
        HttpContext http,
        AppointmentDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var details = Details(errors, phones, body.CustomerName, body.Phone, body.Email, body.Notes, body.Language);
        errors.ThrowIfAny();
        return Answer(http, await desk.ConfirmAsync(id, details, caller, IdempotencyKey.Of(http, body, id), cancellationToken));
    }

    /// <summary>The first first. Those with <c>outsideHours</c> are to be moved or cancelled: hours, closures or slots of their queue were
    /// changed after they were booked.</summary>
    private static async Task<Ok<Page<AppointmentView>>> ListAsync(
        Caller caller,
        PageRequest page,
        AppointmentDesk desk,
        CancellationToken cancellationToken,
        string? branchId = null,
        string? queueId = null,
        string? from = null,
        string? to = null,
        string? status = null,
        bool outsideHours = false
    )
    {
        var errors = new FieldErrors();
        var (begin, end) = (errors.Time("from", from), errors.Time("to", to));
        var wanted = Status(errors, status);
        errors.ThrowIfAny();
        return TypedResults.Ok(
            await desk.ListAsync(
                new AppointmentFilter(caller.BranchesOf(branchId), queueId, begin, end, wanted),
                outsideHours,
                page,
                cancellationToken
            )
        );
    }

    /// <summary>A line an appointment, with who comes, cancelled ones among them.</summary>
    /// <param name="branchId">Only those of this branch.</param>
    /// <param name="queueId">Only those of this queue.</param>
    /// <param name="from">Those that begin at this time or later, RFC 3339; now if absent.</param>
    /// <param name="to">Those that begin before this time, at most 400 days behind <c>from</c>; a week if absent.</param>
    /// <param name="locale">A language tag such as <c>de</c>, for a spreadsheet that is set to it: its separators, and times on the clock
    /// of the place. By default the first of <c>Accept-Language</c>; without either commas, and times in UTC.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="http">The request.</param>
    /// <param name="desk">The use cases.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private static PushStreamHttpResult ExportAsync(
        string? branchId,
        string? queueId,
        string? from,
        string? to,
        string? locale,
        Caller caller,
        HttpContext http,
        AppointmentDesk desk,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var begin = errors.Time("from", from) ?? time.GetUtcNow();
        var end = errors.Time("to", to) ?? begin.AddDays(UsualExportDays);
        if (end <= begin)
            errors.Add("to", "must be after from");
        if (end - begin > TimeSpan.FromDays(MaxExportDays))
            errors.Add("to", "must be at most 400 days behind from");
        var culture = Sheet.CultureOf(locale, http.Request, errors);
        errors.ThrowIfAny();
        var wanted = new AppointmentFilter(caller.BranchesOf(branchId), queueId, begin, end, Status: null);
        return Sheet.Answer(http, "appointments", DateOnly.FromDateTime(begin.UtcDateTime), stream =>
            AppointmentsCsv.WriteAsync(desk.AllAsync(wanted, cancellationToken), culture, stream)
        );
    }

    /// <summary>For who booked it and for staff.</summary>
    private static async Task<Ok<AppointmentView>> ReadAsync(
        string id,
        Caller caller,
        HttpContext http,
        AppointmentDesk desk,
        CancellationToken cancellationToken
    ) => Answer(http, await desk.ReadAsync(id, caller, cancellationToken));

    /// <summary>The same event each time it changes, and one that takes it out once it is cancelled.</summary>
    private static async Task<ContentHttpResult> CalendarAsync(
        string id,
        Caller caller,
        AppointmentDesk desk,
        AppointmentsOptions options,
        CancellationToken cancellationToken
    )
    {
        var appointment = (await desk.FindAsync(id, caller, cancellationToken)).State();
        return TypedResults.Text(AppointmentCalendar.Write(appointment, options.Organizer), AppointmentCalendar.ContentType(appointment));
    }

    /// <summary>What is absent stays, and an empty text clears. Who booked it may do so until the queue's <c>latest</c> before its
    /// time.</summary>
    private static async Task<Ok<AppointmentView>> ChangeAsync(
        string id,
        ChangeRequest body,
        Caller caller,
        HttpContext http,
        AppointmentDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var start = errors.Time("start", body.Start);
        if (body.CustomerName is not null)
            errors.Required("customerName", body.CustomerName, MaxName);
        Read(errors, phones, new AppointmentDetails(), body.CustomerName, body.Phone, body.Email, body.Notes, body.Language);
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.ChangeAsync(
                id,
                start is { } at ? WantedTime.Of(body.Start!, at) : null,
                known => Read(new FieldErrors(), phones, known, body.CustomerName, body.Phone, body.Email, body.Notes, body.Language),
                caller,
                http.Request.ExpectedVersions(),
                cancellationToken
            )
        );
    }

    /// <summary>Answers the cancelled appointment; repeating it is harmless. A place that is held is given back, at any time.</summary>
    private static async Task<Ok<AppointmentView>> CancelAsync(
        string id,
        Caller caller,
        HttpContext http,
        AppointmentDesk desk,
        CancellationToken cancellationToken,
        string? reason = null
    )
    {
        var errors = new FieldErrors();
        var why = errors.Optional("reason", reason, MaxReason);
        errors.ThrowIfAny();
        return Answer(http, await desk.CancelAsync(id, why, caller, http.Request.ExpectedVersions(), cancellationToken));
    }

    private static async Task<Ok<ArrivalView>> ArriveAsync(
        ArrivalRequest body,
        Caller caller,
        HttpContext http,
        ArrivalDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var id = errors.Optional("id", body.Id, MaxId);
        var code = id is null ? errors.Required("code", body.Code, MaxId) : null;
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.ArriveAsync(id, code, ClientNetwork.Of(http), caller, cancellationToken));
    }

    private static AppointmentDetails Details(
        FieldErrors errors,
        PhoneNumberReader phones,
        string? customerName,
        string? phone,
        string? email,
        string? notes,
        string? language
    )
    {
        errors.Required("customerName", customerName, MaxName);
        return Read(errors, phones, new AppointmentDetails(), customerName, phone, email, notes, language);
    }

    // They would be kept of somebody who may never say that they come.
    private static AppointmentDetails? NoDetails(FieldErrors errors, BookRequest body)
    {
        foreach (
            var (field, value) in ((string, string?)[])
                [
                    ("customerName", body.CustomerName),
                    ("phone", body.Phone),
                    ("email", body.Email),
                    ("notes", body.Notes),
                    ("language", body.Language),
                ]
        )
        {
            if (value is not null)
                errors.Add(field, "is said when the time is confirmed, not when it is held");
        }

        return null;
    }

    private static AppointmentDetails Read(
        FieldErrors errors,
        PhoneNumberReader phones,
        AppointmentDetails known,
        string? customerName,
        string? phone,
        string? email,
        string? notes,
        string? language
    ) =>
        new()
        {
            CustomerName = customerName is null ? known.CustomerName : errors.Optional("customerName", customerName, MaxName),
            Phone = phone is null ? known.Phone : errors.Phone("phone", phone, phones),
            Email = email is null ? known.Email : errors.Email("email", email),
            Notes = notes is null ? known.Notes : errors.Optional("notes", notes, MaxNotes),
            Language = language is null ? known.Language : Language(errors, language),
        };

    private static string? Language(FieldErrors errors, string language)
    {
        var tag = errors.Optional("language", language, MaxLanguage);
        if (tag is not null && (tag.Length < 2 || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            errors.Add("language", "must be a language tag such as en");
        return tag;
    }

    private static AppointmentStatus? Status(FieldErrors errors, string? status)
    {
        switch (status)
        {
            case null or "":
                return null;
            case "booked":
                return AppointmentStatus.Booked;
            case "arrived":
                return AppointmentStatus.Arrived;
            case "served":
                return AppointmentStatus.Served;
            case "no_show":
                return AppointmentStatus.NoShow;
            case "cancelled":
                return AppointmentStatus.Cancelled;
            default:
                errors.Add("status", "must be one of booked, arrived, served, no_show, cancelled");
                return null;
        }
    }

    private static Ok<AppointmentView> Answer(HttpContext http, AppointmentView view)
    {
        http.Response.SetEntityTag(view.Version);
        return TypedResults.Ok(view);
    }
}
