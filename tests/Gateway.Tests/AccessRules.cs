using static SmartQueue.Gateway.Tests.Access;

namespace SmartQueue.Gateway.Tests;

/// <summary>
/// Who may use each endpoint, hub method and GraphQL field. What the running application has and this does not fails the tests:
/// anyone who adds one decides here who it is for. <c>{queue}</c>, <c>{ticket}</c>, <c>{owner}</c> and so on stand for what a try is made
/// with, and <c>{nothing}</c> for what is not there: anyone who may use the endpoint is told that.
/// </summary>
internal static class AccessRules
{
    private static readonly object Empty = new();

    /// <summary>By method and route; with the address and the body to try it with.</summary>
    public static readonly IReadOnlyDictionary<string, (Access Access, string Path, object? Body)> Endpoints = new Dictionary<
        string,
        (Access, string, object?)
    >
    {
        ["ANY /metrics"] = (Anyone, "/metrics", null),
        ["GET /openapi/v1.json"] = (Anyone, "/openapi/v1.json", null),
        ["GET /docs/{**rest}"] = (Anyone, "/docs", null),
        // Those of the page are there from the first request for it on.
        ["GET /docs/{documentName?}"] = (Anyone, "/docs", null),
        ["GET /docs/scalar.js"] = (Anyone, "/docs/scalar.js", null),
        ["GET /docs/scalar.aspnetcore.js"] = (Anyone, "/docs/scalar.aspnetcore.js", null),
        ["GET /docs/favicon.svg"] = (Anyone, "/docs/favicon.svg", null),
        ["ANY /health/live"] = (Anyone, "/health/live", null),
        ["ANY /health/ready"] = (Anyone, "/health/ready", null),
        // Anyone who has no connection yet is told so.
        ["ANY /hubs/queue"] = (Anyone, "/hubs/queue", Empty),
        ["ANY /hubs/queue/negotiate"] = (Anyone, "/hubs/queue/negotiate?negotiateVersion=1", Empty),
        ["GET /graphql"] = (Anyone, "/graphql?query={getQueues{id}}", null),
        ["POST /graphql"] = (Anyone, "/graphql", new { query = "{ getQueues { id } }" }),
        ["GET /graphql/explorer.js"] = (Anyone, "/graphql/explorer.js", null),

        ["POST /api/auth/register"] = (Anyone, "/api/auth/register", Empty),
        // What does not fit is refused for what it is, not for who sends it.
        ["POST /api/auth/login"] = (Anyone, "/api/auth/login", Empty),
        ["POST /api/auth/refresh"] = (Anyone, "/api/auth/refresh", Empty),
        ["POST /api/auth/logout"] = (Anyone, "/api/auth/logout", Empty),
        ["POST /api/auth/forgot"] = (Anyone, "/api/auth/forgot", Empty),
        ["POST /api/auth/reset"] = (Anyone, "/api/auth/reset", Empty),
        ["POST /api/auth/verify-email"] = (Anyone, "/api/auth/verify-email", Empty),
        ["POST /api/auth/accept"] = (Anyone, "/api/auth/accept", Empty),
        ["POST /api/auth/pins"] = (Anyone, "/api/auth/pins", Empty),
        ["POST /api/auth/pins/check"] = (Anyone, "/api/auth/pins/check", Empty),
        ["POST /api/auth/invitations"] = (Admin, "/api/auth/invitations", Empty),
        ["GET /api/auth/invitations"] = (Admin, "/api/auth/invitations", null),
        ["DELETE /api/auth/invitations/{id}"] = (Admin, "/api/auth/invitations/{nothing}", null),
        ["GET /.well-known/openid-configuration"] = (Anyone, "/.well-known/openid-configuration", null),
        ["GET /.well-known/jwks.json"] = (Anyone, "/.well-known/jwks.json", null),
        ["GET /.well-known/revoked-tokens"] = (Anyone, "/.well-known/revoked-tokens", null),
        ["POST /api/users/verify"] = (Anyone, "/api/users/verify", new { token = "x" }),
        ["GET /api/users"] = (Admin, "/api/users", null),
        ["GET /api/users/by-ids"] = (SignedIn, "/api/users/by-ids?ids={owner}", null),
        ["GET /api/users/me"] = (SignedIn, "/api/users/me", null),
        ["POST /api/users/me/verification"] = (SignedIn, "/api/users/me/verification", null),
        ["GET /api/users/me/sessions"] = (SignedIn, "/api/users/me/sessions", null),
        ["DELETE /api/users/me/sessions/{id}"] = (SignedIn, "/api/users/me/sessions/{nothing}", null),
        ["POST /api/users/{id}/reset-link"] = (Admin, "/api/users/{owner}/reset-link", null),
        ["GET /api/users/{id}"] = (SelfOrOperator, "/api/users/{owner}", null),
        ["PUT /api/users/{id}"] = (Self, "/api/users/{owner}", new { name = "Ada" }),
        ["DELETE /api/users/{id}"] = (Self, "/api/users/{owner}", new { currentPassword = WholeSystem.Password }),

        ["GET /api/branches"] = (Anyone, "/api/branches", null),
        ["POST /api/branches"] = (Admin, "/api/branches", new { name = "Another" }),
        ["GET /api/branches/{id}"] = (Anyone, "/api/branches/{branch}", null),
        ["PUT /api/branches/{id}"] = (Admin, "/api/branches/{branch}", new { name = "Renamed" }),
        ["PATCH /api/branches/{id}"] = (Admin, "/api/branches/{branch}", new { name = "Renamed" }),
        ["DELETE /api/branches/{id}"] = (Admin, "/api/branches/{branch}", null),

        ["GET /api/queues"] = (Anyone, "/api/queues", null),
        ["POST /api/queues"] = (Admin, "/api/queues", new { name = "Another" }),
        ["GET /api/queues/{id}"] = (Anyone, "/api/queues/{queue}", null),
        ["PUT /api/queues/{id}"] = (Operator, "/api/queues/{queue}", new { isActive = true }),
        ["PATCH /api/queues/{id}"] = (Operator, "/api/queues/{queue}", new { isActive = true }),
        ["DELETE /api/queues/{id}"] = (Admin, "/api/queues/{queue}", null),
        ["POST /api/queues/{id}/announce"] = (Operator, "/api/queues/{queue}/announce", new { message = "Hello" }),
        ["DELETE /api/queues/{id}/announce"] = (Operator, "/api/queues/{queue}/announce", null),

        ["GET /api/counters"] = (Operator, "/api/counters", null),
        ["POST /api/counters"] = (Admin, "/api/counters", new { name = "{new name}" }),
        ["GET /api/counters/{id}"] = (Operator, "/api/counters/{counter}", null),
        ["PATCH /api/counters/{id}"] = (Admin, "/api/counters/{counter}", new { rule = "ranked" }),
        ["DELETE /api/counters/{id}"] = (Admin, "/api/counters/{counter}", null),
        ["GET /api/counters/{id}/tickets"] = (Operator, "/api/counters/{counter}/tickets", null),
        ["GET /api/counters/{id}/missed"] = (Operator, "/api/counters/{counter}/missed", null),
        ["POST /api/counters/{id}/open"] = (Operator, "/api/counters/{counter}/open", null),
        ["POST /api/counters/{id}/break"] = (Operator, "/api/counters/{counter}/break", null),
        ["POST /api/counters/{id}/close"] = (Operator, "/api/counters/{counter}/close", null),
        ["POST /api/counters/{id}/call-next"] = (Operator, "/api/counters/{counter}/call-next", null),
        ["POST /api/counters/{id}/call"] = (Operator, "/api/counters/{counter}/call", new { ticketId = "{ticket}" }),

        ["POST /api/tickets"] = (Anyone, "/api/tickets", new { queueId = "{queue}" }),
        ["GET /api/tickets"] = (SignedIn, "/api/tickets", null),
        ["GET /api/tickets/{id}"] = (Ticket, "/api/tickets/{ticket}", null),
        ["PUT /api/tickets/{id}"] = (TicketStaff, "/api/tickets/{ticket}", new { status = "parked" }),
        ["PATCH /api/tickets/{id}"] = (Ticket, "/api/tickets/{ticket}", new { customerName = "Ada" }),
        ["DELETE /api/tickets/{id}"] = (Ticket, "/api/tickets/{ticket}", null),
        ["GET /api/tickets/{id}/history"] = (Ticket, "/api/tickets/{ticket}/history", null),
        ["POST /api/tickets/{id}/defer"] = (Ticket, "/api/tickets/{ticket}/defer", new { places = 1 }),
        ["POST /api/tickets/{id}/recall"] = (Operator, "/api/tickets/{ticket}/recall", null),
        ["POST /api/tickets/{id}/transfer"] = (Operator, "/api/tickets/{ticket}/transfer", new { queueId = "{other queue}" }),
        ["POST /api/tickets/{id}/requeue"] = (Operator, "/api/tickets/{ticket}/requeue", Empty),
        ["POST /api/tickets/{id}/park"] = (Operator, "/api/tickets/{ticket}/park", Empty),
        ["POST /api/tickets/{id}/unpark"] = (Operator, "/api/tickets/{ticket}/unpark", null),
        ["POST /api/queues/{queueId}/tickets"] = (Anyone, "/api/queues/{queue}/tickets", Empty),
        ["GET /api/queues/{queueId}/tickets"] = (Anyone, "/api/queues/{queue}/tickets", null),
        ["POST /api/queues/{queueId}/call-next"] = (Operator, "/api/queues/{queue}/call-next", new { counter = "{counter name}" }),
        ["POST /api/queues/{queueId}/clear"] = (Operator, "/api/queues/{queue}/clear", new { reason = "Closing" }),
        ["DELETE /api/queues/{queueId}/line"] = (Admin, "/api/queues/{queue}/line?version=1", null),
        ["GET /api/queues/{queueId}/eta"] = (Anyone, "/api/queues/{queue}/eta", null),

        ["GET /api/queues/{queueId}/slots"] = (Anyone, "/api/queues/{queue}/slots", null),
        ["POST /api/appointments"] = (
            Anyone,
            "/api/appointments",
            new
            {
                queueId = "{queue}",
                start = "{start}",
                customerName = "Ada",
            }
        ),
        ["GET /api/appointments"] = (Operator, "/api/appointments", null),
        ["GET /api/appointments/export"] = (Operator, "/api/appointments/export", null),
        ["POST /api/appointments/feeds"] = (Operator, "/api/appointments/feeds", new { branchId = "{branch}" }),
        ["GET /api/appointments/feeds"] = (Operator, "/api/appointments/feeds", null),
        ["GET /api/appointments/feeds/{secret}.ics"] = (Anyone, "/api/appointments/feeds/{nothing}.ics", null),
        ["DELETE /api/appointments/feeds/{id}"] = (Operator, "/api/appointments/feeds/{nothing}", null),
        ["GET /api/appointments/{id}"] = (Ticket, "/api/appointments/{appointment}", null),
        ["GET /api/appointments/{id}.ics"] = (Ticket, "/api/appointments/{appointment}.ics", null),
        // It is confirmed, of an Ada without contact: whoever may do so changes nothing.
        ["POST /api/appointments/{id}/confirm"] = (Ticket, "/api/appointments/{appointment}/confirm", new { customerName = "Ada" }),
        ["PUT /api/appointments/{id}"] = (Ticket, "/api/appointments/{appointment}", new { customerName = "Ada" }),
        // For tomorrow: whoever may say so is told that it is too early.
        ["POST /api/appointments/{id}/arrive"] = (Ticket, "/api/appointments/{appointment}/arrive", Empty),
        ["POST /api/appointments/arrivals"] = (Ticket, "/api/appointments/arrivals", new { id = "{appointment}" }),
        ["POST /api/appointments/arrive"] = (Anyone, "/api/appointments/arrive", Empty),
        ["DELETE /api/appointments/{id}"] = (Ticket, "/api/appointments/{appointment}", null),

        ["POST /api/analytics/track"] = (SignedIn, "/api/analytics/track", new { eventType = "screen" }),
        ["GET /api/analytics/events"] = (Operator, "/api/analytics/events", null),
        ["GET /api/analytics/queue/{id}"] = (Operator, "/api/analytics/queue/{queue}", null),
        ["GET /api/analytics/user/{id}"] = (SelfOrOperator, "/api/analytics/user/{owner}", null),
        ["GET /api/analytics/report"] = (Operator, "/api/analytics/report", null),
        ["GET /api/analytics/visits"] = (Operator, "/api/analytics/visits", null),
        ["GET /api/analytics/counters"] = (Operator, "/api/analytics/counters", null),
        ["GET /api/analytics/staff"] = (Operator, "/api/analytics/staff", null),
        ["GET /api/analytics/system"] = (Admin, "/api/analytics/system", null),

        ["GET /api/notifications"] = (SignedIn, "/api/notifications", null),
        ["GET /api/notifications/preferences"] = (SignedIn, "/api/notifications/preferences", null),
        ["PUT /api/notifications/preferences"] = (SignedIn, "/api/notifications/preferences", Empty),
        ["POST /api/notifications/email"] = (Operator, "/api/notifications/email", new { to = "not an address" }),
        ["POST /api/notifications/sms"] = (Operator, "/api/notifications/sms", new { to = "not a number" }),
        ["POST /api/notifications/push"] = (Operator, "/api/notifications/push", Empty),
        ["POST /api/notifications/{id}/retry"] = (Operator, "/api/notifications/{notification}/retry", null),
        ["GET /api/notifications/texts"] = (Admin, "/api/notifications/texts", null),
        ["PUT /api/notifications/texts/{template}/{language}"] = (
            Admin,
            "/api/notifications/texts/called/en",
            new { subject = "Your turn", message = "{number}" }
        ),
        ["DELETE /api/notifications/texts/{template}/{language}"] = (Admin, "/api/notifications/texts/called/en", null),
        ["POST /api/notifications/texts/{template}/{language}/preview"] = (
            Admin,
            "/api/notifications/texts/called/en/preview",
            new { subject = "Your turn", message = "{number}" }
        ),
        ["GET /api/notifications/push/key"] = (Anyone, "/api/notifications/push/key", null),
        // Without a ticket in the body it is for the caller's account; PushSubscriptionTests tries it for a ticket.
        ["POST /api/notifications/push/subscriptions"] = (SignedIn, "/api/notifications/push/subscriptions", Empty),
        ["DELETE /api/notifications/push/subscriptions"] = (SignedIn, "/api/notifications/push/subscriptions", Empty),
    };

    /// <summary>By hub method, with what to call it with.</summary>
    public static readonly IReadOnlyDictionary<string, (Access Access, string[] Arguments)> HubMethods = new Dictionary<
        string,
        (Access, string[])
    >
    {
        ["JoinQueue"] = (Anyone, ["{queue}"]),
        ["LeaveQueue"] = (Anyone, ["{queue}"]),
        ["TrackTicket"] = (Ticket, ["{ticket}", "{token}"]),
        ["UntrackTicket"] = (Anyone, ["{ticket}"]),
    };

    /// <summary>By GraphQL type and field, with a request for it. A field that stays null is one its caller may not see.</summary>
    public static readonly IReadOnlyDictionary<string, (Access Access, string Query)> Fields = new Dictionary<string, (Access, string)>
    {
        ["Query.getQueues"] = (Anyone, "{ getQueues { id } }"),
        ["Query.getQueue"] = (Anyone, "{ getQueue(id: \"{queue}\") { id } }"),
        ["Query.branches"] = (Anyone, "{ branches { items { id } } }"),
        ["Query.branch"] = (Anyone, "{ branch(id: \"{branch}\") { id } }"),
        ["Query.getTickets"] = (SignedIn, "{ getTickets { id } }"),
        ["Query.tickets"] = (SignedIn, "{ tickets { items { id } } }"),
        ["Query.getTicket"] = (Ticket, "{ getTicket(id: \"{ticket}\") { id } }"),
        ["Query.counters"] = (Operator, "{ counters { id } }"),
        ["Query.counter"] = (Operator, "{ counter(id: \"{counter}\") { id } }"),
        ["Query.slots"] = (Anyone, "{ slots(queueId: \"{queue}\") { items { left } } }"),
        ["Query.appointment"] = (Ticket, "{ appointment(id: \"{appointment}\") { id } }"),
        ["Query.appointments"] = (Operator, "{ appointments { items { id } } }"),
        ["Query.getUsers"] = (Admin, "{ getUsers { id } }"),
        ["Query.users"] = (Admin, "{ users { items { id } } }"),
        ["Query.getUser"] = (SelfOrOperator, "{ getUser(id: \"{owner}\") { id } }"),
        ["Query.me"] = (SignedIn, "{ me { id } }"),
        ["Query.queueStatistics"] = (Operator, "{ queueStatistics(queueId: \"{queue}\") { counts { created } } }"),
        ["Query.counterStatistics"] = (Operator, "{ counterStatistics { open } }"),
        ["Query.staffStatistics"] = (Operator, "{ staffStatistics { open } }"),
        ["Query.notifications"] = (SignedIn, "{ notifications { items { id } } }"),
        ["Mutation.register"] = (Anyone, "mutation { register(name: \"\", email: \"\", password: \"\") { expiresIn } }"),
        ["Mutation.login"] = (Anyone, "mutation { login(email: \"\", password: \"\") { expiresIn } }"),
        ["Mutation.refresh"] = (Anyone, "mutation { refresh(refreshToken: \"\") { expiresIn } }"),
        ["Mutation.createQueue"] = (Admin, "mutation { createQueue(name: \"Another\") { id } }"),
        ["Mutation.updateQueue"] = (Operator, "mutation { updateQueue(id: \"{queue}\", isActive: true) { id } }"),
        ["Mutation.createBranch"] = (Admin, "mutation { createBranch(name: \"Another\") { id } }"),
        ["Mutation.updateBranch"] = (Admin, "mutation { updateBranch(id: \"{branch}\", name: \"Renamed\") { id } }"),
        ["Mutation.deleteBranch"] = (Admin, "mutation { deleteBranch(id: \"{branch}\") }"),
        ["Mutation.createTicket"] = (Anyone, "mutation { createTicket(queueId: \"{queue}\") { id } }"),
        ["Mutation.correctTicket"] = (Ticket, "mutation { correctTicket(id: \"{ticket}\", customerName: \"Ada\") { id } }"),
        ["Mutation.cancelTicket"] = (Ticket, "mutation { cancelTicket(id: \"{ticket}\") }"),
        ["Mutation.callNext"] = (Operator, "mutation { callNext(queueId: \"{queue}\", counter: \"{counter name}\") { id } }"),
        ["Mutation.updateTicketStatus"] = (TicketStaff, "mutation { updateTicketStatus(id: \"{ticket}\", status: parked) { id } }"),
        ["Mutation.createCounter"] = (
            Admin,
            "mutation { deleteCounter(id: \"{counter}\") createCounter(name: \"{counter name}\") { id } }"
        ),
        ["Mutation.updateCounter"] = (Admin, "mutation { updateCounter(id: \"{counter}\", rule: \"ranked\") { id } }"),
        ["Mutation.deleteCounter"] = (Admin, "mutation { deleteCounter(id: \"{counter}\") }"),
        ["Mutation.openCounter"] = (Operator, "mutation { openCounter(id: \"{counter}\") { id } }"),
        ["Mutation.breakCounter"] = (
            Operator,
            "mutation { openCounter(id: \"{counter}\") { id } breakCounter(id: \"{counter}\", reason: \"lunch\") { breakReason } }"
        ),
        ["Mutation.closeCounter"] = (Operator, "mutation { closeCounter(id: \"{counter}\") { id } }"),
        ["Mutation.callNextAtCounter"] = (
            Operator,
            "mutation { openCounter(id: \"{counter}\") { id } callNextAtCounter(id: \"{counter}\") { id } }"
        ),
        ["Mutation.callTicket"] = (
            Operator,
            "mutation { openCounter(id: \"{counter}\") { id } callTicket(counterId: \"{counter}\", ticketId: \"{ticket}\") { id } }"
        ),
        ["Mutation.recallTicket"] = (
            Operator,
            "mutation { callNext(queueId: \"{queue}\", counter: \"{counter name}\") { id } recallTicket(id: \"{ticket}\") { id } }"
        ),
        ["Mutation.transferTicket"] = (Operator, "mutation { transferTicket(id: \"{ticket}\", queueId: \"{other queue}\") { id } }"),
        ["Mutation.requeueTicket"] = (
            Operator,
            "mutation { callNext(queueId: \"{queue}\", counter: \"{counter name}\") { id } requeueTicket(id: \"{ticket}\") { id } }"
        ),
        ["Mutation.deferTicket"] = (Ticket, "mutation { deferTicket(id: \"{ticket}\", places: 1) { id } }"),
        ["Mutation.parkTicket"] = (Operator, "mutation { parkTicket(id: \"{ticket}\") { id } }"),
        ["Mutation.unparkTicket"] = (Operator, "mutation { parkTicket(id: \"{ticket}\") { id } unparkTicket(id: \"{ticket}\") { id } }"),
        ["Mutation.announce"] = (Operator, "mutation { announce(queueId: \"{queue}\", message: \"Hello\") { message } }"),
        ["Mutation.clearQueue"] = (Operator, "mutation { clearQueue(queueId: \"{queue}\", reason: \"Closing\") }"),
        ["Mutation.bookAppointment"] = (
            Anyone,
            "mutation { bookAppointment(queueId: \"{queue}\", start: \"{start}\", customerName: \"Ada\") { id } }"
        ),
        ["Mutation.changeAppointment"] = (Ticket, "mutation { changeAppointment(id: \"{appointment}\", customerName: \"Ada\") { id } }"),
        ["Mutation.cancelAppointment"] = (Ticket, "mutation { cancelAppointment(id: \"{appointment}\") { id } }"),
        ["Mutation.trackEvent"] = (SignedIn, "mutation { trackEvent(eventType: \"screen\") { id } }"),
        ["Subscription.queueUpdated"] = (Anyone, "subscription { queueUpdated(queueId: \"{queue}\") { id } }"),
        ["Subscription.branchUpdated"] = (Anyone, "subscription { branchUpdated(branchId: \"{branch}\") { id } }"),
        ["Subscription.counterUpdated"] = (Operator, "subscription { counterUpdated(counterId: \"{counter}\") { id } }"),
        ["Subscription.ticketUpdated"] = (Ticket, "subscription { ticketUpdated(ticketId: \"{ticket}\") { id } }"),
        ["Subscription.notificationReceived"] = (SignedIn, "subscription { notificationReceived { id } }"),
        ["Appointment.queue"] = (
            Anyone,
            "mutation { bookAppointment(queueId: \"{queue}\", start: \"{start}\", customerName: \"Ada\") { queue { id } } }"
        ),
        ["Branch.queues"] = (Anyone, "{ branch(id: \"{branch}\") { queues { id } } }"),
        ["Queue.branch"] = (Anyone, "{ getQueue(id: \"{queue}\") { branch { id } } }"),
        ["Queue.eta"] = (Anyone, "{ getQueue(id: \"{queue}\") { eta { estimatedWaitTime } } }"),
        ["Queue.tickets"] = (Anyone, "{ getQueue(id: \"{queue}\") { tickets { ticketNumber } } }"),
        ["Ticket.queue"] = (Anyone, "{ getQueue(id: \"{queue}\") { tickets { queue { id } } } }"),
        // Of a ticket they see, people see their own account, and staff the name.
        ["Ticket.user"] = (Anyone, "{ getTicket(id: \"{ticket}\") { user { name } } }"),
    };

    /// <summary>Whether a person may.</summary>
    public static bool Allows(Access access, Person person) =>
        access switch
        {
            Anyone => true,
            SignedIn => person >= Person.Owner,
            Operator => person >= Person.Operator,
            Admin => person == Person.Admin,
            Ticket => person is not (Person.Guest or Person.Other),
            TicketStaff => person >= Person.Operator,
            Self => person is Person.Owner or Person.Admin,
            SelfOrOperator => person is Person.Owner or Person.Operator or Person.Admin,
            _ => throw new ArgumentOutOfRangeException(nameof(access)),
        };

    /// <summary>What a person who may not is told: 401 without an account, 404 for what is not theirs, 403 for what their role does not
    /// allow.</summary>
    public static int StatusFor(Access access, Person person) =>
        access switch
        {
            Ticket => 404,
            TicketStaff => person is Person.TokenHolder or Person.Owner ? 403 : 404,
            _ when person is Person.Guest or Person.TokenHolder => 401,
            Self or SelfOrOperator => 404,
            _ => 403,
        };
}
