using GraphQL;
using GraphQL.Execution;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <summary>What can be changed. A request's <c>Idempotency-Key</c> holds for what it creates and for who is called.</summary>
internal sealed partial class Mutation
{
    /// <summary>Makes an account and signs it in.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<SignIn> Register(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string name,
        string email,
        string password,
        string? phone
    ) =>
        services.Users.SignInAsync(
            services.Caller,
            "register",
            new
            {
                name,
                email,
                password,
                phone,
            },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Signs in with an address and a password, and gets a pair of tokens.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<SignIn> Login(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string email,
        string password,
        string? deviceToken = null
    ) =>
        services.Users.SignInAsync(
            services.Caller,
            "login",
            new
            {
                email,
                password,
                deviceToken,
            },
            null,
            field.CancellationToken
        );

    /// <summary>Gets the next pair of tokens for a refresh token, which is good once.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<SignIn> Refresh(IResolveFieldContext field, [FromServices] Backend services, string refreshToken) =>
        services.Users.SignInAsync(services.Caller, "refresh", new { refreshToken }, null, field.CancellationToken);

    /// <summary>Defines a queue; what is left out takes its default.</summary>
    [Access(Policies.Admin)]
    public static Task<Queue> CreateQueue(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string name,
        [Id] string? branchId,
        string? description,
        bool? isActive,
        string? prefix,
        int? maxActiveTickets,
        int? averageServiceTime,
        int? slaWaitTime,
        int? noShowAfter,
        int? maxRecalls,
        int? rejoinGrace,
        int? expireAfterClosing,
        int? priorityHeadStart,
        string? numberReset,
        string? timeZone,
        IEnumerable<OpeningHoursInput>? openingHours,
        IEnumerable<ClosureInput>? closures,
        BookingInput? booking,
        IEnumerable<CounterInput>? counters
    ) => services.Queues.CreateAsync(services.Caller, Given(field), services.KeyOf(field), field.CancellationToken);

    /// <summary>Changes some of a queue's definition: what is absent stays. Operators may change isActive alone.</summary>
    [Access(Policies.Operator)]
    public static Task<Queue> UpdateQueue(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? name,
        string? description,
        bool? isActive,
        string? prefix,
        int? maxActiveTickets,
        int? averageServiceTime,
        int? slaWaitTime,
        int? noShowAfter,
        int? maxRecalls,
        int? rejoinGrace,
        int? expireAfterClosing,
        int? priorityHeadStart,
        string? numberReset,
        string? timeZone,
        IEnumerable<OpeningHoursInput>? openingHours,
        IEnumerable<ClosureInput>? closures,
        BookingInput? booking,
        IEnumerable<CounterInput>? counters
    ) => services.Queues.UpdateAsync(services.Caller, id, Given(field), field.CancellationToken);

    /// <summary>Takes a number. Without an account the answer holds a tracking token.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Ticket> CreateTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string queueId,
        string? customerName,
        string? phone,
        string? email,
        int? priority,
        string? language,
        string? notes,
        string? source
    ) =>
        services.Tickets.TakeAsync(
            services.Caller,
            new
            {
                queueId,
                customerName,
                phone,
                email,
                priority,
                language,
                notes,
                source,
            },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Corrects what is known of a ticket: what is absent stays, and an empty text or list clears. Its holder corrects name and
    /// contact, staff all of it.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Ticket> CorrectTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? customerName,
        string? phone,
        string? email,
        string? notes,
        int? priority,
        IEnumerable<string>? labels
    ) =>
        services.Tickets.CorrectAsync(
            services.Caller,
            id,
            new
            {
                customerName,
                phone,
                email,
                notes,
                priority,
                labels,
            },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Cancels a ticket that is yours, or whose tracking token you hold. Repeating it is harmless.</summary>
    [Access(AccessAttribute.Anyone)]
    public static async Task<bool> CancelTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? trackingToken
    )
    {
        await services.Tickets.CancelAsync(services.With(trackingToken), id, field.CancellationToken);
        return true;
    }

    /// <summary>Calls the next ticket to a counter; null if nobody waits. With complete, the ticket the counter holds is served
    /// first.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket?> CallNext(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string queueId,
        string counter,
        bool? complete
    ) =>
        services.Tickets.CallNextAsync(services.Caller, queueId, new { counter, complete }, services.KeyOf(field), field.CancellationToken);

    /// <summary>Moves a ticket to another status.</summary>
    [Access(Policies.SignedIn)]
    public static Task<Ticket> UpdateTicketStatus(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        TicketStatus status,
        string? counter,
        string? reason
    ) =>
        services.Tickets.ChangeAsync(
            services.Caller,
            id,
            new
            {
                status,
                counter,
                reason,
            },
            field.CancellationToken
        );

    /// <summary>Reports something a person did.</summary>
    [Access(Policies.SignedIn)]
    public static Task<TrackedEvent> TrackEvent(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string eventType,
        [Id] string? queueId,
        [InputType(typeof(JsonType))] object? metadata,
        DateTimeOffset? timestamp
    ) =>
        services.Analytics.TrackAsync(
            services.Caller,
            new
            {
                eventType,
                queueId,
                metadata,
                timestamp,
            },
            services.KeyOf(field),
            field.CancellationToken
        );

    // What was left out stays as it is; what is null is set to nothing.
    private static Dictionary<string, object?> Given(IResolveFieldContext field) =>
        (field.Arguments ?? new Dictionary<string, ArgumentValue>())
            .Where(a => a.Key != "id" && a.Value.Source != ArgumentSource.FieldDefault)
            .ToDictionary(a => a.Key, a => a.Value.Value);
}
