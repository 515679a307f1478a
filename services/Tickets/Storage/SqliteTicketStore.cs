using System.Collections.Concurrent;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>Lines and tickets in one SQLite file: every write is one transaction, so there is never anything to recover.</summary>
internal sealed class SqliteTicketStore(SqliteDatabase database) : ITicketStore
{
    private const int SqliteConstraint = 19;

    // Nobody else has the file, and every number asks for one.
    private readonly ConcurrentDictionary<string, QueuePolicy> policies = new(StringComparer.Ordinal);

    // In one transaction, so that a day's guests hold up no one.
    private const int ForgottenAtOnce = 200;
    private const string OfLine = "WHERE queue_id = @queueId AND open = 1";

    // By name: that of the whole line would do as well, says the planner, and all who wait would be looked at.
    private const string OfBooked = "INDEXED BY ticket_booked " + OfLine + " AND status = 'waiting' AND turn_at IS NOT NULL";
    private const string OfWalkIns = OfLine + " AND status = 'waiting' AND turn_at IS NULL";
    private const string CallingOrder = "ORDER BY ord, id";
    private const string LookAtOnce = "look_at = 0, due_at = 0";

    public Task TakeAsync(
        PlaceRequest request,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    ) => database.WriteAsync(c => Issue(c, request, issue), cancellationToken);

    public Task<bool> SaveAsync(
        TicketChange change,
        long expectedVersion,
        QueueDefinition? queue,
        StoredResponse? answer,
        CancellationToken cancellationToken
    ) => database.WriteAsync(c => Save(c, change, expectedVersion, queue, answer), cancellationToken);

    public Task<bool> TransferAsync(
        TicketChange closing,
        long expectedVersion,
        PlaceRequest target,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            c =>
            {
                if (!Save(c, closing, expectedVersion, queue: null, answer: null))
                    return false;
                Issue(c, target, issue);
                return true;
            },
            cancellationToken
        );

    public Task<bool> CloseLineAsync(string queueId, long version, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM tickets WHERE queue_id = @queueId AND open = 1)", new { queueId }))
                    return false;
                // A line that nobody has stood in has no day yet: the first one who takes a number begins it.
                c.Execute(
                    """
                    INSERT INTO lines (queue_id, service_day, number, last_arrival, open, closed) VALUES (@queueId, '', 0, 0, 0, @version)
                    ON CONFLICT (queue_id) DO UPDATE SET closed = max(closed, excluded.closed)
                    """,
                    new { queueId, version }
                );
                return true;
            },
            cancellationToken
        );

    public Task<Ticket?> FindAsync(string ticketId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "WHERE id = @ticketId", new { ticketId }), cancellationToken);

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    public Task KeepAnswerAsync(string branchId, StoredResponse answer, CancellationToken cancellationToken) =>
        database.WriteAsync(c => SqliteAnswers.Add(c, answer), cancellationToken);

    public Task<Ticket?> CallFirstAsync(
        IReadOnlyList<string> queueIds,
        DateTimeOffset now,
        Func<IReadOnlyList<LineHead>, Ticket> choose,
        Func<Ticket, (TicketChange Change, StoredResponse? Answer)> call,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            c =>
            {
                var heads = queueIds.Select(queueId => Head(c, queueId, now)).OfType<LineHead>().ToList();
                if (heads.Count == 0)
                    return null;
                var first = choose(heads);
                var (change, answer) = call(first);
                // Nobody can have changed it since: this is the only writer.
                return Save(c, change, first.Version, queue: null, answer)
                    ? change.Next
                    : throw new InvalidOperationException($"Ticket {first.Id} changed under the writer.");
            },
            cancellationToken
        );

    public Task<Ticket?> HeldByAsync(string counterId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "WHERE held_by = @counterId", new { counterId }), cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> HeldByAsync(
        IReadOnlyCollection<string> counterIds,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyDictionary<string, string>>(
            c =>
                c.Query<(string Counter, string Ticket)>("SELECT held_by, id FROM tickets WHERE held_by IN @counterIds", new { counterIds })
                    .ToDictionary(h => h.Counter, h => h.Ticket),
            cancellationToken
        );

    public Task<IReadOnlyList<Ticket>> OpenAsync(string queueId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Ticket>>(c => [.. Many(c, OfLine, new { queueId }).OrderBy(LinePosition.Of)], cancellationToken);

    public Task<IReadOnlyList<Ticket>> LineAsync(string queueId, LinePosition? after, int most, CancellationToken cancellationToken) =>
        // Else who is called meanwhile is in none of its parts, and who is put back in two.
        database.ReadTogetherAsync<IReadOnlyList<Ticket>>(
            c =>
            {
                var tickets = new List<Ticket>();
                if (after is null or { Part: LinePart.AtCounter })
                    tickets.AddRange(
                        Many(c, OfLine + " AND status IN ('called', 'serving')", new { queueId })
                            .OrderBy(LinePosition.Of)
                            .Where(t => LinePosition.Of(t).CompareTo(after) > 0)
                            .Take(most)
                    );
                Add(LinePart.Booked, OfBooked);
                Add(LinePart.Waiting, OfWalkIns);
                Add(LinePart.Parked, OfLine + " AND status = 'parked'");
                return tickets;

                void Add(LinePart part, string where)
                {
                    if (after?.Part > part || tickets.Count == most)
                        return;
                    var behind = after?.Part == part ? "AND (ord, id) > (@Key, @TicketId)" : "";
                    tickets.AddRange(
                        Many(
                            c,
                            $"{where} {behind} {CallingOrder} LIMIT @left",
                            new
                            {
                                queueId,
                                after?.Key,
                                after?.TicketId,
                                left = most - tickets.Count,
                            }
                        )
                    );
                }
            },
            cancellationToken
        );

    public Task<LineOrders> OrdersAsync(string queueId, string exceptTicketId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => new LineOrders(
                c.Query<long>(
                        $"SELECT ord FROM tickets {OfWalkIns} AND id <> @exceptTicketId {CallingOrder}",
                        new { queueId, exceptTicketId }
                    )
                    .AsList(),
                Booked(c, queueId)
            ),
            cancellationToken
        );

    public Task<int> CountAheadAsync(Ticket ticket, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
            {
                var booked = Booked(c, ticket.QueueId, ticket.Turn is not null);
                var before = CountBefore(c, ticket.QueueId, ticket.Order, ticket.Id);
                if (booked.Places.Count == 0 && ticket.Turn is null)
                    return before;
                var others = c.ExecuteScalar<int>(
                    $"SELECT count(*) FROM tickets {OfLine} AND status = 'waiting' AND id <> @id",
                    new { queueId = ticket.QueueId, id = ticket.Id }
                );
                return booked.Ahead(ticket.Id, ticket.Order, ticket.Turn, before, others, now);
            },
            cancellationToken
        );

    public Task<BookedLine> BookedAsync(string queueId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => Booked(c, queueId, forOne: true), cancellationToken);

    public Task<IReadOnlyList<Ticket>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var where = new List<string> { "1 = 1" };
        if (filter.QueueId is not null)
            where.Add("queue_id = @QueueId");
        if (filter.Status is not null)
            where.Add("status = @status");
        if (filter.UserId is not null)
            where.Add("user_id = @UserId");
        if (filter.BranchIds is not null)
            where.Add("branch_id IN @BranchIds");
        if (filter.From is not null)
            where.Add("created_at >= @from");
        if (filter.To is not null)
            where.Add("created_at < @to");
        if (page.After is not null)
            where.Add("id < @After");
        return database.ReadAsync(
            c =>
                Many(
                    c,
                    $"WHERE {string.Join(" AND ", where)} ORDER BY id DESC LIMIT @limit",
                    new
                    {
                        filter.QueueId,
                        status = filter.Status?.Wire(),
                        filter.UserId,
                        filter.BranchIds,
                        from = filter.From?.ToUnixTimeMilliseconds(),
                        to = filter.To?.ToUnixTimeMilliseconds(),
                        page.After,
                        limit = page.Limit + 1,
                    }
                ),
            cancellationToken
        );
    }

    public Task<IReadOnlyList<string>> LinesWithOpenTicketsAsync(string? branchId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            c =>
                [
                    .. c.Query<string>(
                        "SELECT queue_id FROM lines WHERE open > 0 AND (@branchId IS NULL OR branch_id = @branchId) ORDER BY queue_id",
                        new { branchId }
                    ),
                ],
            cancellationToken
        );

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(c => Anonymize(c, Many(c, "WHERE user_id = @userId", new { userId })), cancellationToken);

    public async Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var due = new { before = before.ToUnixTimeMilliseconds(), limit = ForgottenAtOnce };
        while (
            await database.WriteAsync(
                c =>
                {
                    var some = Many(c, "WHERE contact_left < @before ORDER BY contact_left LIMIT @limit", due);
                    Anonymize(c, some);
                    return some.Count;
                },
                cancellationToken
            ) == ForgottenAtOnce
        )
        {
            // There may be more.
        }
    }

    // What works with open tickets reads indexes of open tickets alone, and the rest lies in order of time: nothing would be less.
    public Task MoveClosedAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<Ticket>> CalledAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(c => Many(c, "WHERE held_by IS NOT NULL AND status = 'called'", new { }), cancellationToken);

    // Everything a request does is one transaction.
    public Task<int> RecoverAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<(int Recovered, DateTimeOffset? OnTheWay)> RecoverLineAsync(
        string queueId,
        DateTimeOffset before,
        CancellationToken cancellationToken
    ) => Task.FromResult<(int, DateTimeOffset?)>((0, null));

    public async Task<QueuePolicy?> FindPolicyAsync(string queueId, CancellationToken cancellationToken) =>
        policies.TryGetValue(queueId, out var known)
            ? known
            : await database.ReadAsync(
                c =>
                    c.QuerySingleOrDefault<(long Version, string? Definition)?>(
                        "SELECT version, definition FROM policies WHERE queue_id = @queueId",
                        new { queueId }
                    )
                        is { } row
                        ? Known(
                            new QueuePolicy(
                                queueId,
                                row.Version,
                                row.Definition is null ? null : StateJson.Read<QueueDefinition>(row.Definition)
                            )
                        )
                        : null,
                cancellationToken
            );

    public async Task SavePolicyAsync(QueuePolicy policy, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            c =>
            {
                var saved = c.Execute(
                    """
                    INSERT INTO policies (queue_id, version, definition) VALUES (@QueueId, @Version, @definition)
                    ON CONFLICT (queue_id) DO UPDATE SET version = excluded.version, definition = excluded.definition WHERE excluded.version > policies.version
                    """,
                    new
                    {
                        policy.QueueId,
                        policy.Version,
                        definition = policy.Definition is null ? null : StateJson.Write(policy.Definition),
                    }
                );
                if (saved > 0)
                    c.Execute($"UPDATE lines SET {LookAtOnce} WHERE queue_id = @QueueId AND open > 0", new { policy.QueueId });
            },
            cancellationToken
        );
        Known(policy);
    }

    // What a reader found may be older than what was kept meanwhile.
    private QueuePolicy Known(QueuePolicy policy) =>
        policies.AddOrUpdate(policy.QueueId, policy, (_, before) => before.Version < policy.Version ? policy : before);

    private static bool Issue(SqliteConnection c, PlaceRequest request, Func<Place, (TicketChange Change, StoredResponse? Answer)> issue)
    {
        var queue = request.Queue;
        var holder = new
        {
            queue.BranchId,
            queueId = queue.Id,
            request.UserId,
            request.Phone,
            request.Network,
        };
        if (
            request.UserId is not null
            && c.ExecuteScalar<bool>(
                $"SELECT EXISTS (SELECT 1 FROM tickets {OfLine} AND branch_id = @BranchId AND user_id = @UserId)",
                holder
            )
        )
            throw LineRefusals.AlreadyInQueue();
        if (
            request.Phone is not null
            && c.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM tickets {OfLine} AND branch_id = @BranchId AND phone = @Phone)", holder)
        )
            throw LineRefusals.PhoneInQueue();
        if (
            request is { Network: not null, PlacesPerNetwork: > 0 }
            && c.ExecuteScalar<int>($"SELECT count(*) FROM tickets {OfLine} AND network = @Network", holder) >= request.PlacesPerNetwork
        )
            throw LineRefusals.NetworkFull(request.PlacesPerNetwork);
        // Who has arrived twice in the same moment has arrived once.
        if (request.Turn is not null && c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM tickets WHERE id = @TicketId)", request))
            throw LineRefusals.AlreadyInQueue();
        var place = Take(c, request);
        var (change, answer) = issue(place);
        c.Execute(
            """
            INSERT INTO tickets (id, branch_id, queue_id, service_day, number, ticket_number, issued, user_id, status, open, priority, ord, counter, created_at, updated_at,
                version, state, network, phone, turn_at, turn_in_a_row)
            VALUES (@Id, @BranchId, @QueueId, @day, @Number, @TicketNumber, @Issued, @UserId, @status, 1, @Priority, @Order, NULL, @created, @updated,
                @Version, @state, @Network, @Phone, @turnAt, @turnInARow)
            """,
            Row(change.Next, request.Phone, request.Network)
        );
        SqliteOutbox.Append(c, change.Event);
        SqliteAnswers.Add(c, answer, change.Next.Id);
        return true;
    }

    private static Place Take(SqliteConnection c, PlaceRequest request)
    {
        var queue = request.Queue;
        var line = new
        {
            queue.BranchId,
            queueId = queue.Id,
            queue.Version,
            request.Capacity,
            day = Day(request.ServiceDay),
            now = request.At.ToUnixTimeMilliseconds(),
            resetsDaily = queue.NumberReset == NumberReset.Daily,
            // Nobody else in the line may have been waiting for so long.
            sinceBefore = request.StandsBy is not null,
            // The numbers of a prefix lie between these two.
            first = queue.Prefix + "-",
            beyond = queue.Prefix + ".",
        };
        var (number, arrival) = request.Brought is { } brought ? (brought, Enter(c, request, line)) : Next(c, request, line);
        var order = LineOrder.OfArrival(request.StandsBy?.ToUnixTimeMilliseconds() ?? arrival, request.Priority, queue.PriorityHeadStart);
        return new Place(number, order, CountAheadOfNewcomer(c, request, order));
    }

    private static void OpenLine(SqliteConnection c, object line) =>
        c.Execute(
            """
            INSERT INTO lines (branch_id, queue_id, service_day, number, last_arrival, open) VALUES (@BranchId, @queueId, @day, 0, 0, 0)
            ON CONFLICT DO UPDATE SET branch_id = excluded.branch_id WHERE branch_id <> excluded.branch_id
            """,
            line
        );

    private static long Enter(SqliteConnection c, PlaceRequest request, object line)
    {
        OpenLine(c, line);
        return c.QuerySingleOrDefault<long?>(
            $"""
            UPDATE lines SET open = open + 1, last_arrival = max(last_arrival + 1, @now), {LookAtOnce}
            WHERE queue_id = @queueId AND open < @Capacity AND closed < @Version
            RETURNING last_arrival
            """,
            line
        ) ?? throw NoPlace(c, request.Queue);
    }

    private static (PlaceNumber Number, long Arrival) Next(SqliteConnection c, PlaceRequest request, object line)
    {
        var taken = NextOfDay(c, line);
        if (taken is null)
        {
            // The first of the line or of the day, or there is no place.
            OpenLine(c, line);
            MoveToDay(c, line);
            taken = NextOfDay(c, line);
        }

        return taken is { } place
            ? (new PlaceNumber(request.Queue.Prefix, place.Number, request.ServiceDay), place.Arrival)
            : throw NoPlace(c, request.Queue);
    }

    // The day moves both ways: by a clock that was ahead, a corrected time zone, a request that was decided just before midnight. It goes on
    // after the highest number that it has.
    private static void MoveToDay(SqliteConnection c, object line) =>
        c.Execute(
            """
            UPDATE lines SET service_day = @day, number = max(
                CASE WHEN @resetsDaily THEN 0 ELSE number END,
                (SELECT coalesce(max(number), 0) FROM tickets
                 WHERE branch_id = @BranchId AND service_day = @day AND issued = 1 AND ticket_number >= @first AND ticket_number < @beyond))
            WHERE queue_id = @queueId AND service_day <> @day
            """,
            line
        );

    // A number that somebody has since the day before is passed over, and one that another queue gave today that had the prefix.
    private static (int Number, long Arrival)? NextOfDay(SqliteConnection c, object line) =>
        c.QuerySingleOrDefault<(int Number, long Arrival)?>(
            """
            UPDATE lines SET open = open + 1, last_arrival = max(last_arrival + 1, @now),
                look_at = CASE WHEN @sinceBefore THEN 0 ELSE coalesce(look_at, 0) END,
                due_at = CASE WHEN @sinceBefore THEN 0 ELSE coalesce(due_at, 0) END,
                number = (
                WITH RECURSIVE free (n) AS (
                    SELECT lines.number + 1
                    UNION ALL
                    SELECT n + 1 FROM free WHERE
                        EXISTS (SELECT 1 FROM tickets WHERE branch_id = @BranchId AND ticket_number = @first || n AND open = 1)
                        OR EXISTS (SELECT 1 FROM tickets WHERE branch_id = @BranchId AND service_day = @day AND ticket_number = @first || n AND issued = 1))
                SELECT max(n) FROM free)
            WHERE queue_id = @queueId AND branch_id = @BranchId AND service_day = @day AND open < @Capacity AND closed < @Version
            RETURNING number, last_arrival
            """,
            line
        );

    private static RefusedException NoPlace(SqliteConnection c, QueueDefinition queue) =>
        IsClosed(c, queue.Id, queue.Version) ? LineRefusals.LineClosed() : LineRefusals.QueueFull(queue.MaxActiveTickets);

    private static bool IsClosed(SqliteConnection c, string queueId, long queueVersion) =>
        c.ExecuteScalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM lines WHERE queue_id = @queueId AND closed >= @queueVersion)",
            new { queueId, queueVersion }
        );

    private static bool Save(SqliteConnection c, TicketChange change, long expectedVersion, QueueDefinition? queue, StoredResponse? answer)
    {
        var next = change.Next;
        var wasOpen = c.ExecuteScalar<long?>(
            "SELECT open FROM tickets WHERE id = @Id AND version = @expectedVersion",
            new { next.Id, expectedVersion }
        );
        if (wasOpen is null)
            return false;
        try
        {
            c.Execute(
                """
                UPDATE tickets SET status = @status, open = @open, priority = @Priority, ord = @Order, counter = @Counter, held_by = @held, updated_at = @updated,
                    version = @Version, state = @state, contact_left = @contactLeft, turn_at = @turnAt, turn_in_a_row = @turnInARow,
                    network = CASE WHEN @open = 1 THEN network END, phone = CASE WHEN @open = 1 AND phone = @Told THEN phone END
                WHERE id = @Id
                """,
                Row(next)
            );
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteConstraint)
        {
            throw e.Message.Contains("tickets.held_by", StringComparison.Ordinal) ? LineRefusals.CounterBusy(next.Counter!)
            : e.Message.Contains("tickets.user_id", StringComparison.Ordinal) ? LineRefusals.AlreadyInQueue()
            : e;
        }

        if (change.Event is TicketCalled)
            CountInARow(c, next);
        var opens = (next.Status.IsOpen() ? 1 : 0) - (int)wasOpen.Value;
        if (opens > 0)
            Reopen(
                c,
                next.QueueId,
                queue ?? throw new ArgumentNullException(nameof(queue), "A change that opens a ticket needs the queue's definition.")
            );
        else if (opens < 0)
            c.Execute("UPDATE lines SET open = open - 1 WHERE queue_id = @QueueId", new { next.QueueId });
        SqliteOutbox.Append(c, change.Event);
        SqliteAnswers.Add(c, answer, next.Id);
        return true;
    }

    private static void Reopen(SqliteConnection c, string queueId, QueueDefinition queue)
    {
        if (IsClosed(c, queueId, queue.Version))
            throw LineRefusals.LineClosed();
        if (
            c.Execute(
                $"UPDATE lines SET open = open + 1, {LookAtOnce} WHERE queue_id = @queueId AND open < @MaxActiveTickets",
                new { queueId, queue.MaxActiveTickets }
            ) == 0
        )
            throw LineRefusals.QueueFull(queue.MaxActiveTickets);
    }

    private static object Row(Ticket ticket, string? phone = null, string? network = null) =>
        new
        {
            Phone = phone,
            // Under a corrected number they may come again, and somebody else under the one that was wrong.
            Told = ticket.Phone,
            Network = network,
            ticket.Id,
            ticket.BranchId,
            ticket.QueueId,
            day = Day(ticket.ServiceDay),
            ticket.Number,
            ticket.TicketNumber,
            Issued = ticket.Issued ? 1 : 0,
            ticket.UserId,
            status = ticket.Status.Wire(),
            open = ticket.Status.IsOpen() ? 1 : 0,
            ticket.Priority,
            ticket.Order,
            ticket.Counter,
            held = ticket.Status.HoldsCounter() ? ticket.CounterId : null,
            created = ticket.CreatedAt.ToUnixTimeMilliseconds(),
            updated = ticket.UpdatedAt.ToUnixTimeMilliseconds(),
            ticket.Version,
            state = StateJson.Write(ticket),
            contactLeft = ticket.ContactLeftAt()?.ToUnixTimeMilliseconds(),
            turnAt = ticket.Turn?.At.ToUnixTimeMilliseconds(),
            turnInARow = ticket.Turn?.InARow,
        };

    private static LineHead? Head(SqliteConnection c, string queueId, DateTimeOffset now)
    {
        var line = new { queueId, now = now.ToUnixTimeMilliseconds() };
        var walkIn = One(c, $"{OfWalkIns} {CallingOrder} LIMIT 1", line);
        var booked = One(c, $"{OfBooked} {CallingOrder} LIMIT 1", line);
        // By priority one that is not due may stand before those that are.
        if (booked?.Turn?.At > now)
            booked = One(c, $"{OfBooked} AND turn_at <= @now {CallingOrder} LIMIT 1", line) ?? booked;
        return (walkIn ?? booked) is null ? null : new LineHead(walkIn, booked, booked is null ? 0 : InARow(c, queueId));
    }

    // Where nobody waits with a turn it costs one look, unless somebody with one is about to.
    private static BookedLine Booked(SqliteConnection c, string queueId, bool forOne = false)
    {
        var places = c.Query<(string Id, long Order, long At, long InARow)>(
                $"SELECT id, ord, turn_at, turn_in_a_row FROM tickets {OfBooked} {CallingOrder}",
                new { queueId }
            )
            .Select(p => new BookedPlace(
                p.Id,
                p.Order,
                new BookedTurn { At = DateTimeOffset.FromUnixTimeMilliseconds(p.At), InARow = (int)p.InARow }
            ))
            .ToList();
        return places.Count == 0 && !forOne ? BookedLine.Empty : new(places, InARow(c, queueId));
    }

    private static int InARow(SqliteConnection c, string queueId) =>
        c.ExecuteScalar<int>("SELECT booked_in_a_row FROM lines WHERE queue_id = @queueId", new { queueId });

    private static void CountInARow(SqliteConnection c, Ticket called)
    {
        var line = new { queueId = called.QueueId };
        var before = InARow(c, called.QueueId);
        var after = BookedLine.InARowAfter(
            before,
            called.Turn is not null,
            called.Turn is not null && c.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM tickets {OfWalkIns})", line)
        );
        if (after != before)
            c.Execute("UPDATE lines SET booked_in_a_row = @after WHERE queue_id = @queueId", new { line.queueId, after });
    }

    // How many come before a place by their orders, but for the ticket that is to stand there.
    private static int CountBefore(SqliteConnection c, string queueId, long order, string id) =>
        c.ExecuteScalar<int>(
            $"SELECT count(*) FROM tickets {OfLine} AND status = 'waiting' AND (ord, id) < (@order, @id) AND id <> @id",
            new
            {
                queueId,
                order,
                id,
            }
        );

    // The same of one who is not in the line yet: most stand near the end, so it is looked at from there.
    private static int CountAheadOfNewcomer(SqliteConnection c, PlaceRequest request, long order)
    {
        const int Near = 100;
        var (queueId, id) = (request.Queue.Id, request.TicketId);
        var (behind, others, booked) = c.QuerySingle<(int, int, bool)>(
            $"""
            SELECT
                (SELECT count(*) FROM (SELECT 1 FROM tickets {OfLine} AND status = 'waiting' AND (ord, id) > (@order, @id) LIMIT @Near)),
                (SELECT coalesce(sum(tickets), 0) FROM waiting WHERE queue_id = @queueId),
                EXISTS (SELECT 1 FROM tickets {OfBooked})
            """,
            new
            {
                queueId,
                order,
                id,
                Near,
            }
        );
        var before = behind == Near ? CountBefore(c, queueId, order, id) : others - behind;
        var line = booked || request.Turn is not null ? Booked(c, queueId, request.Turn is not null) : BookedLine.Empty;
        return line.Ahead(id, order, request.Turn, before, others, request.At);
    }

    private static void Anonymize(SqliteConnection c, IReadOnlyCollection<Ticket> tickets)
    {
        c.Execute(
            "UPDATE tickets SET state = @state, phone = NULL, network = NULL, contact_left = NULL WHERE id = @Id",
            tickets.Select(t => new { t.Id, state = StateJson.Write(t.Anonymous()) })
        );
        var ids = JsonSerializer.Serialize(tickets.Select(t => t.Id));
        SqliteOutbox.Rewrite(
            c,
            """
            UPDATE outbox SET payload = json_set(payload, '$.ticket.customerName', null, '$.ticket.phone', null, '$.ticket.email', null)
            WHERE aggregate_id IN (SELECT value FROM json_each(@ids))
            """,
            new { ids }
        );
        SqliteAnswers.Erase(c, ids);
    }

    private static Ticket? One(SqliteConnection c, string where, object parameters) =>
        c.QuerySingleOrDefault<string>("SELECT state FROM tickets " + where, parameters) is { } state
            ? StateJson.Read<Ticket>(state)
            : null;

    private static IReadOnlyList<Ticket> Many(SqliteConnection c, string where, object parameters) =>
        [.. c.Query<string>("SELECT state FROM tickets " + where, parameters).Select(StateJson.Read<Ticket>)];

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
