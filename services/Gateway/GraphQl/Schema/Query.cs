using System.Globalization;
using System.Text.Json;
using GraphQL;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <summary>What can be asked.</summary>
internal sealed class Query
{
    /// <summary>Queues and how they stand, oldest first.</summary>
    [Access(AccessAttribute.Anyone)]
    public static async Task<IReadOnlyList<Queue>> GetQueues(
        IResolveFieldContext field,
        [FromServices] Backend services,
        bool? active,
        [Id] string? branchId
    ) => await services.Queues.ListAsync(services.Caller, active, branchId, field.CancellationToken);

    /// <summary>A queue; null if there is none.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Queue?> GetQueue(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        OrNull(ErrorCodes.QueueNotFound, async () => await services.Queues.GetAsync(services.Caller, id, field.CancellationToken));

    /// <summary>Branches page by page, in the order they were made, main last.</summary>
    [Access(AccessAttribute.Anyone)]
    public static async Task<BranchPage> Branches(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string? cursor,
        int limit = 50
    )
    {
        var page = await services.Branches.ListAsync(services.Caller, limit, cursor, field.CancellationToken);
        return new(page.Items, page.NextCursor);
    }

    /// <summary>A branch by its id or slug; null if there is none.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Branch?> Branch(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        OrNull(ErrorCodes.BranchNotFound, async () => await services.Branches.GetAsync(services.Caller, id, field.CancellationToken));

    /// <summary>Tickets, newest first: your own, or all for staff. At most limit of them, and those after a cursor of tickets.</summary>
    [Access(Policies.SignedIn)]
    public static async Task<IReadOnlyList<Ticket>> GetTickets(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string? queueId,
        [Id] string? branchId,
        TicketStatus? status,
        string? cursor,
        int limit = 50
    ) => (await Tickets(field, services, queueId, branchId, status, cursor, limit)).Items;

    /// <summary>Tickets page by page, newest first: your own, or all for staff.</summary>
    [Access(Policies.SignedIn)]
    public static async Task<TicketPage> Tickets(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string? queueId,
        [Id] string? branchId,
        TicketStatus? status,
        string? cursor,
        int limit = 50
    )
    {
        var page = await services.Tickets.ListAsync(
            services.Caller,
            branchId,
            queueId,
            Name(status),
            limit,
            cursor,
            field.CancellationToken
        );
        return new(page.Items, page.NextCursor);
    }

    /// <summary>A ticket that is yours, or whose tracking token you hold; null otherwise.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Ticket?> GetTicket(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? trackingToken
    ) =>
        OrNull(ErrorCodes.TicketNotFound, async () =>
            await services.Tickets.GetAsync(services.With(trackingToken), id, field.CancellationToken)
        );

    /// <summary>Counters in the order they were made, each with the ticket it holds.</summary>
    [Access(Policies.Operator)]
    public static Task<IReadOnlyList<Counter>> Counters(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string? branchId
    ) => services.Counters.ListAsync(services.Caller, branchId, field.CancellationToken);

    /// <summary>A counter; null if there is none.</summary>
    [Access(Policies.Operator)]
    public static Task<Counter?> Counter(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        OrNull(ErrorCodes.CounterNotFound, async () => await services.Counters.GetAsync(services.Caller, id, field.CancellationToken));

    /// <summary>The times of a queue that can be booked, by default those of a week from now on; at most 31 days.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Slots> Slots(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string queueId,
        DateTimeOffset? from,
        DateTimeOffset? to
    ) => services.Appointments.SlotsAsync(services.Caller, queueId, Text(from), Text(to), field.CancellationToken);

    /// <summary>An appointment that is yours, or whose token you hold; null otherwise.</summary>
    [Access(AccessAttribute.Anyone)]
    public static Task<Appointment?> Appointment(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? token
    ) =>
        OrNull(ErrorCodes.AppointmentNotFound, async () =>
            await services.Appointments.GetAsync(services.With(token), id, field.CancellationToken)
        );

    /// <summary>Appointments page by page, by their time. Those with outsideHours are to be moved or cancelled.</summary>
    [Access(Policies.Operator)]
    public static async Task<AppointmentPage> Appointments(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string? branchId,
        [Id] string? queueId,
        DateTimeOffset? from,
        DateTimeOffset? to,
        AppointmentStatus? status,
        bool? outsideHours,
        string? cursor,
        int limit = 50
    )
    {
        var page = await services.Appointments.ListAsync(
            services.Caller,
            [
                ("branchId", branchId),
                ("queueId", queueId),
                ("from", Text(from)),
                ("to", Text(to)),
                ("status", Name(status)),
                ("outsideHours", outsideHours == true ? "true" : null),
            ],
            limit,
            cursor,
            field.CancellationToken
        );
        return new(page.Items, page.NextCursor);
    }

    /// <summary>Accounts, at most limit of them.</summary>
    [Access(Policies.Admin)]
    public static async Task<IReadOnlyList<User>> GetUsers(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string? role,
        string? q,
        string? cursor,
        int limit = 50
    ) => (await Users(field, services, role, q, cursor, limit)).Items;

    /// <summary>Accounts page by page.</summary>
    [Access(Policies.Admin)]
    public static async Task<UserPage> Users(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string? role,
        string? q,
        string? cursor,
        int limit = 50
    )
    {
        var page = await services.Users.ListAsync(services.Caller, role, q, limit, cursor, field.CancellationToken);
        return new(page.Items, page.NextCursor);
    }

    /// <summary>An account; null if there is none you may see.</summary>
    [Access(Policies.SignedIn)]
    public static Task<User?> GetUser(IResolveFieldContext field, [FromServices] Backend services, [Id] string id) =>
        OrNull(ErrorCodes.UserNotFound, async () => await services.Users.GetAsync(services.Caller, id, field.CancellationToken));

    /// <summary>The account you are signed in with.</summary>
    [Access(Policies.SignedIn)]
    public static Task<User> Me(IResolveFieldContext field, [FromServices] Backend services) =>
        services.Users.GetAsync(services.Caller, "me", field.CancellationToken);

    /// <summary>How a queue did in a range of time, by default its present day, cut by quarter (of an hour), hour (default) or
    /// day.</summary>
    [Access(Policies.Operator)]
    public static Task<QueueFigures> QueueStatistics(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string queueId,
        DateTimeOffset? from,
        DateTimeOffset? to,
        string? bucket
    ) => services.Analytics.FiguresAsync(services.Caller, queueId, Text(from), Text(to), bucket, field.CancellationToken);

    /// <summary>What counters did in a range of time; by default on the present day.</summary>
    [Access(Policies.Operator)]
    public static Task<IReadOnlyList<CounterStatistics>> CounterStatistics(
        IResolveFieldContext field,
        [FromServices] Backend services,
        DateTimeOffset? from,
        DateTimeOffset? to,
        [Id] string? branchId
    ) =>
        services.Analytics.WorkAsync<CounterStatistics>(
            services.Caller,
            "counters",
            Text(from),
            Text(to),
            branchId,
            field.CancellationToken
        );

    /// <summary>What the people at counters did in a range of time; by default on the present day.</summary>
    [Access(Policies.Operator)]
    public static Task<IReadOnlyList<StaffStatistics>> StaffStatistics(
        IResolveFieldContext field,
        [FromServices] Backend services,
        DateTimeOffset? from,
        DateTimeOffset? to,
        [Id] string? branchId
    ) => services.Analytics.WorkAsync<StaffStatistics>(services.Caller, "staff", Text(from), Text(to), branchId, field.CancellationToken);

    /// <summary>Messages, newest first: your own, or all for staff.</summary>
    [Access(Policies.SignedIn)]
    public static async Task<NotificationPage> Notifications(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string? userId,
        string? type,
        string? status,
        string? cursor,
        int limit = 50
    )
    {
        var page = await services.Notifications.ListAsync(services.Caller, userId, type, status, limit, cursor, field.CancellationToken);
        return new(page.Items, page.NextCursor);
    }

    private static string? Name<T>(T? status)
        where T : struct, Enum => status is { } wanted ? JsonNamingPolicy.SnakeCaseLower.ConvertName(wanted.ToString()) : null;

    private static string? Text(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static async Task<T?> OrNull<T>(string code, Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (RefusedException e) when (e.Code == code)
        {
            return null;
        }
    }
}
