using GraphQL;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <content>What is done at counters, so that one can be run by GraphQL alone.</content>
internal sealed partial class Mutation
{
    /// <summary>Makes a counter.</summary>
    [Access(Policies.Admin)]
    public static Task<Counter> CreateCounter(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string name,
        [Id] string? branchId,
        IEnumerable<QueueRankInput>? queues,
        string? rule
    ) => services.Counters.CreateAsync(services.Caller, Given(field), services.KeyOf(field), field.CancellationToken);

    /// <summary>Changes some of a counter: what is absent stays. Whom it holds stays with it.</summary>
    [Access(Policies.Admin)]
    public static Task<Counter> UpdateCounter(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? name,
        IEnumerable<QueueRankInput>? queues,
        string? rule
    ) => services.Counters.ChangeAsync(services.Caller, id, Given(field), field.CancellationToken);

    /// <summary>Deletes a counter that holds no ticket.</summary>
    [Access(Policies.Admin)]
    public static async Task<bool> DeleteCounter(IResolveFieldContext field, [FromServices] Backend services, [Id] string id)
    {
        await services.Counters.DeleteAsync(services.Caller, id, field.CancellationToken);
        return true;
    }

    /// <summary>Sits down at a counter, comes back from a break, or takes it over from somebody else.</summary>
    [Access(Policies.Operator)]
    public static Task<Counter> OpenCounter(IResolveFieldContext field, [FromServices] Backend services, [Id] string id, bool? takeOver) =>
        services.Counters.MoveAsync(services.Caller, id, "open", new { takeOver }, services.KeyOf(field), field.CancellationToken);

    /// <summary>Takes a break. Not with a ticket in hand.</summary>
    [Access(Policies.Operator)]
    public static Task<Counter> BreakCounter(IResolveFieldContext field, [FromServices] Backend services, [Id] string id, string? reason) =>
        services.Counters.MoveAsync(services.Caller, id, "break", new { reason }, services.KeyOf(field), field.CancellationToken);

    /// <summary>Ends the day at a counter. Not with a ticket in hand.</summary>
    [Access(Policies.Operator)]
    public static Task<Counter> CloseCounter(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        services.Counters.MoveAsync(services.Caller, id, "close", null, services.KeyOf(field), field.CancellationToken);

    /// <summary>Calls the next of all queues of a counter by its rule; null if nobody waits. With complete, the ticket the counter holds is
    /// served first.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket?> CallNextAtCounter(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        bool? complete
    ) => services.Counters.CallAsync(services.Caller, id, "call-next", new { complete }, services.KeyOf(field), field.CancellationToken);

    /// <summary>Calls a chosen ticket to a counter, out of order.</summary>
    [Access(Policies.Operator)]
    public static async Task<Ticket> CallTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string counterId,
        [Id] string ticketId,
        bool? complete
    ) =>
        (
            await services.Counters.CallAsync(
                services.Caller,
                counterId,
                "call",
                new { ticketId, complete },
                services.KeyOf(field),
                field.CancellationToken
            )
        )!;

    /// <summary>Announces a called ticket again.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket> RecallTicket(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        services.Tickets.MoveAsync(services.Caller, id, "recall", null, services.KeyOf(field), field.CancellationToken);

    /// <summary>Sends a ticket to another queue; gives the ticket that goes on there.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket> TransferTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        [Id] string queueId,
        int? priority
    ) =>
        services.Tickets.MoveAsync(
            services.Caller,
            id,
            "transfer",
            new { queueId, priority },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Puts a called or missed ticket back in line, behind the first afterPosition people, or the next two.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket> RequeueTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        int? afterPosition,
        string? reason
    ) =>
        services.Tickets.MoveAsync(
            services.Caller,
            id,
            "requeue",
            new { afterPosition, reason },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Lets that many people go first. Its holder may, too.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Ticket> DeferTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        int places,
        string? trackingToken
    ) =>
        services.Tickets.MoveAsync(
            services.With(trackingToken),
            id,
            "defer",
            new { places },
            services.KeyOf(field),
            field.CancellationToken
        );

    /// <summary>Sets a ticket aside.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket> ParkTicket(IResolveFieldContext field, [FromServices] Backend services, [Id] string id, string? reason) =>
        services.Tickets.MoveAsync(services.Caller, id, "park", new { reason }, services.KeyOf(field), field.CancellationToken);

    /// <summary>Brings a ticket back that was set aside.</summary>
    [Access(Policies.Operator)]
    public static Task<Ticket> UnparkTicket(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        services.Tickets.MoveAsync(services.Caller, id, "unpark", null, services.KeyOf(field), field.CancellationToken);

    /// <summary>Says something to everyone in a queue.</summary>
    [Access(Policies.Operator)]
    public static Task<Announcement> Announce(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string queueId,
        string message
    ) => services.Queues.AnnounceAsync(services.Caller, queueId, message, services.KeyOf(field), field.CancellationToken);

    /// <summary>Cancels all who wait in a queue; gives how many. They are told the reason.</summary>
    [Access(Policies.Operator)]
    public static Task<int> ClearQueue(IResolveFieldContext field, [FromServices] Backend services, [Id] string queueId, string reason) =>
        services.Tickets.ClearAsync(services.Caller, queueId, reason, services.KeyOf(field), field.CancellationToken);
}
