using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>Notifications in the service's SQLite file.</summary>
internal sealed class SqliteNotificationStore(SqliteDatabase database) : INotificationStore
{
    private const int TimeOfId = 13;

    // In one transaction, so that a day's guests hold up no one.
    private const int ForgottenAtOnce = 200;
    private static readonly TimeSpan AddressWindow = TimeSpan.FromMinutes(1);

    public Task<bool> AddAsync(Notification notification, StoredResponse? answer, CancellationToken cancellationToken) =>
        // A second answer under one key is refused once the notification is written.
        answer is null
            ? database.WriteUnguardedAsync(c => Add(c, notification, answer), cancellationToken)
            : database.WriteAsync(c => Add(c, notification, answer), cancellationToken);

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    public Task<Notification?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(c => Find(c, id), cancellationToken);

    public Task<bool> SaveAsync(Notification next, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Find(c, next.Id)?.Version != next.Version - 1)
                    return false;
                c.Execute(
                    "UPDATE notifications SET status = @Status, contact_left = @left, state = @state WHERE id = @Id",
                    new
                    {
                        next.Id,
                        next.Status,
                        left = next.ContactLeftAt()?.ToUnixTimeMilliseconds(),
                        state = StateJson.Write(next),
                    }
                );
                Schedule(c, next);
                SqliteAnswers.Add(c, answer, next.Id);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Notification>> DueAsync(string channel, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Notification>>(
            c =>
                [
                    .. c.Query<string>(
                            """
                            SELECT n.state FROM pending p JOIN notifications n ON n.id = p.id
                            WHERE p.type = @channel AND p.due_at <= @now ORDER BY p.due_at, p.id LIMIT @limit
                            """,
                            new
                            {
                                channel,
                                now = now.ToUnixTimeMilliseconds(),
                                limit,
                            }
                        )
                        .Select(StateJson.Read<Notification>),
                ],
            cancellationToken
        );

    public Task<bool> AdmitAsync(string address, string message, int most, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("DELETE FROM admitted WHERE at <= @past", new { past = (now - AddressWindow).ToUnixTimeMilliseconds() });
                if (
                    c.ExecuteScalar<bool>(
                        "SELECT EXISTS (SELECT 1 FROM admitted WHERE address = @address AND message = @message)",
                        new { address, message }
                    )
                )
                    return true;
                return c.Execute(
                        "INSERT INTO admitted (address, message, at) SELECT @address, @message, @at WHERE (SELECT count(*) FROM admitted WHERE address = @address) < @most",
                        new
                        {
                            address,
                            message,
                            at = now.ToUnixTimeMilliseconds(),
                            most,
                        }
                    ) > 0;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<PendingDepth>> MeasureAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PendingDepth>>(
            c =>
                [
                    .. c.Query<(string Type, long Count, long Since)>(
                            "SELECT type, count(*), min(since) FROM pending GROUP BY type ORDER BY type"
                        )
                        .Select(r => new PendingDepth(r.Type, r.Count, DateTimeOffset.FromUnixTimeMilliseconds(r.Since))),
                ],
            cancellationToken
        );

    public Task<IReadOnlyList<Notification>> ListAsync(
        NotificationFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var conditions = new List<string> { "1" };
        if (filter.UserId is not null)
            conditions.Add("user_id = @UserId");
        if (filter.Type is not null)
            conditions.Add("type = @Type");
        if (filter.Status is not null)
            conditions.Add("status = @Status");
        if (filter.BranchId is not null)
            conditions.Add("branch_id = @BranchId");
        if (filter.Reader is not null)
            conditions.Add("(branch_id IN @BranchIds OR user_id = @readerId)");
        if (after is not null)
            conditions.Add("id < @after");
        var sql = $"SELECT state FROM notifications WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit";
        return database.ReadAsync<IReadOnlyList<Notification>>(
            c =>
                [
                    .. c.Query<string>(
                            sql,
                            new
                            {
                                filter.UserId,
                                filter.Type,
                                filter.Status,
                                filter.BranchId,
                                filter.Reader?.BranchIds,
                                readerId = filter.Reader?.UserId,
                                after,
                                limit,
                            }
                        )
                        .Select(StateJson.Read<Notification>),
                ],
            cancellationToken
        );
    }

    // Ids carry their time in front (RFC 9562).
    public Task<IReadOnlyList<Notification>> JoinedSinceAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Notification>>(
            c =>
                [
                    .. c.Query<string>(
                            "SELECT state FROM notifications WHERE id >= @id AND type = @type AND state ->> '$.template' = @template",
                            new
                            {
                                id = Guid.CreateVersion7(time).ToString()[..TimeOfId],
                                type = Channels.InApp,
                                template = TemplateNames.Joined,
                            }
                        )
                        .Select(StateJson.Read<Notification>),
                ],
            cancellationToken
        );

    public Task<Preferences?> FindPreferencesAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>("SELECT state FROM preferences WHERE user_id = @userId", new { userId }) is { } state
                    ? StateJson.Read<Preferences>(state)
                    : null,
            cancellationToken
        );

    public Task SavePreferencesAsync(string userId, Preferences preferences, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (IsErased(c, userId))
                    throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
                c.Execute(
                    "INSERT INTO preferences (user_id, state) VALUES (@userId, @state) ON CONFLICT (user_id) DO UPDATE SET state = excluded.state",
                    new { userId, state = StateJson.Write(preferences) }
                );
            },
            cancellationToken
        );

    public async Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var due = new { before = before.ToUnixTimeMilliseconds(), limit = ForgottenAtOnce };
        while (await database.WriteAsync(c => ForgetContacts(c, due), cancellationToken) == ForgottenAtOnce)
        {
            // There may be more.
        }

        await database.WriteAsync(
            c =>
                c.Execute(
                    """
                    DELETE FROM push_subscriptions WHERE ticket_id IS NOT NULL AND created_at < @before;
                    DELETE FROM admitted WHERE at < @before;
                    DELETE FROM appointments WHERE end_at < @before;
                    """,
                    due
                ),
            cancellationToken
        );
    }

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("INSERT INTO erased_users (user_id) VALUES (@userId) ON CONFLICT DO NOTHING", new { userId });
                var ids = JsonSerializer.Serialize(
                    c.Query<string>("DELETE FROM notifications WHERE user_id = @userId RETURNING id", new { userId })
                );
                Silence(c, ids);
                c.Execute("DELETE FROM preferences WHERE user_id = @userId", new { userId });
                c.Execute("DELETE FROM contacts WHERE user_id = @userId", new { userId });
                c.Execute("DELETE FROM push_subscriptions WHERE user_id = @userId", new { userId });
                c.Execute("DELETE FROM appointments WHERE user_id = @userId", new { userId });
            },
            cancellationToken
        );

    public Task<Contact?> FindContactAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>("SELECT state FROM contacts WHERE user_id = @userId", new { userId }) is { } state
                    ? StateJson.Read<Contact>(state)
                    : null,
            cancellationToken
        );

    public Task SaveContactAsync(Contact contact, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (IsErased(c, contact.UserId))
                    return;
                c.Execute(
                    """
                    INSERT INTO contacts (user_id, version, state) VALUES (@UserId, @Version, @state)
                    ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, state = excluded.state WHERE excluded.version > version
                    """,
                    new
                    {
                        contact.UserId,
                        contact.Version,
                        state = StateJson.Write(contact),
                    }
                );
            },
            cancellationToken
        );

    public Task SaveSubscriptionAsync(PushSubscription subscription, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                SqliteAnswers.Add(c, answer);
                if (subscription.UserId is { } user && IsErased(c, user))
                    throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
                var at = subscription.CreatedAt.ToUnixTimeMilliseconds();
                c.Execute(
                    """
                    INSERT INTO push_subscriptions (id, user_id, ticket_id, created_at, state) VALUES (@Id, @UserId, @TicketId, @at, @state)
                    ON CONFLICT (id) DO UPDATE SET
                        user_id = excluded.user_id, ticket_id = excluded.ticket_id, created_at = excluded.created_at, state = excluded.state
                    """,
                    new
                    {
                        subscription.Id,
                        subscription.UserId,
                        subscription.TicketId,
                        at,
                        state = StateJson.Write(subscription),
                    }
                );
                c.Execute(
                    """
                    DELETE FROM push_subscriptions WHERE id IN (
                        SELECT id FROM push_subscriptions WHERE user_id = @UserId OR ticket_id = @TicketId ORDER BY created_at DESC, id LIMIT -1 OFFSET @most)
                    """,
                    new
                    {
                        subscription.UserId,
                        subscription.TicketId,
                        most = PushSubscription.MaxPerOwner,
                    }
                );
                c.Execute(
                    "DELETE FROM push_subscriptions WHERE ticket_id IS NOT NULL AND created_at < @old",
                    new { old = (subscription.CreatedAt - PushSubscription.KeptForTicket).ToUnixTimeMilliseconds() }
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<PushSubscription>> SubscriptionsAsync(
        string? userId,
        string? ticketId,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<PushSubscription>>(
            c =>
                [
                    .. c.Query<string>(
                            "SELECT state FROM push_subscriptions WHERE user_id = @userId OR ticket_id = @ticketId ORDER BY created_at DESC, id",
                            new { userId, ticketId }
                        )
                        .Select(StateJson.Read<PushSubscription>),
                ],
            cancellationToken
        );

    public Task RemoveSubscriptionAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Execute("DELETE FROM push_subscriptions WHERE id = @id", new { id }), cancellationToken);

    public Task<FollowedAppointment?> FindAppointmentAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>("SELECT state FROM appointments WHERE id = @id", new { id }) is { } state
                    ? StateJson.Read<FollowedAppointment>(state)
                    : null,
            cancellationToken
        );

    public Task<bool> SaveAppointmentAsync(FollowedAppointment next, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                (next.Appointment.UserId is { } user && IsErased(c, user))
                || c.Execute(
                    next.Version == 1
                        ? """
                        INSERT INTO appointments (id, version, user_id, end_at, remind_at, state)
                        VALUES (@Id, @Version, @UserId, @end, @remind, @state) ON CONFLICT (id) DO NOTHING
                        """
                        : """
                        UPDATE appointments SET version = @Version, user_id = @UserId, end_at = @end, remind_at = @remind, state = @state
                        WHERE id = @Id AND version = @Version - 1
                        """,
                    new
                    {
                        next.Id,
                        next.Version,
                        next.Appointment.UserId,
                        end = next.Appointment.End.ToUnixTimeMilliseconds(),
                        remind = next.RemindAt?.ToUnixTimeMilliseconds(),
                        state = StateJson.Write(next),
                    }
                ) == 1,
            cancellationToken
        );

    public Task<IReadOnlyList<FollowedAppointment>> AppointmentsToRemindAsync(
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<FollowedAppointment>>(
            c =>
                [
                    .. c.Query<string>(
                            "SELECT state FROM appointments WHERE remind_at <= @now ORDER BY remind_at, id LIMIT @limit",
                            new { now = now.ToUnixTimeMilliseconds(), limit }
                        )
                        .Select(StateJson.Read<FollowedAppointment>),
                ],
            cancellationToken
        );

    private static Notification? Find(SqliteConnection connection, string id) =>
        connection.QuerySingleOrDefault<string>("SELECT state FROM notifications WHERE id = @id", new { id }) is { } state
            ? StateJson.Read<Notification>(state)
            : null;

    private static int ForgetContacts(SqliteConnection connection, object due)
    {
        var some = connection
            .Query<string>("SELECT state FROM notifications WHERE contact_left < @before ORDER BY contact_left LIMIT @limit", due)
            .Select(StateJson.Read<Notification>)
            .ToList();
        connection.Execute(
            "UPDATE notifications SET contact_left = NULL, state = @state WHERE id = @Id",
            some.Select(n => new { n.Id, state = StateJson.Write(n.Anonymous()) })
        );
        Silence(connection, JsonSerializer.Serialize(some.Select(n => n.Id)));
        return some.Count;
    }

    private static bool Add(SqliteConnection c, Notification notification, StoredResponse? answer)
    {
        if (notification.UserId is { } user && IsErased(c, user))
            return false;
        var added = c.Execute(
            """
            INSERT INTO notifications (id, event_id, type, user_id, branch_id, status, contact_left, state)
            VALUES (@Id, @EventId, @Type, @UserId, @BranchId, @Status, @left, @state)
            ON CONFLICT (event_id, type) DO NOTHING
            """,
            new
            {
                notification.Id,
                notification.EventId,
                notification.Type,
                notification.UserId,
                notification.BranchId,
                notification.Status,
                left = notification.ContactLeftAt()?.ToUnixTimeMilliseconds(),
                state = StateJson.Write(notification),
            }
        );
        if (added == 0)
            return false;
        SqliteAnswers.Add(c, answer, notification.Id);
        Schedule(c, notification);
        SqliteOutbox.Append(c, notification.Announcement());
        return true;
    }

    // The events that announced them repeat what they said, and so do the answers about them.
    private static void Silence(SqliteConnection connection, string ids)
    {
        SqliteOutbox.Rewrite(connection, "DELETE FROM outbox WHERE aggregate_id IN (SELECT value FROM json_each(@ids))", new { ids });
        SqliteAnswers.Erase(connection, ids);
    }

    private static void Schedule(SqliteConnection connection, Notification notification)
    {
        if (notification.Status != DeliveryStatus.Pending)
        {
            connection.Execute("DELETE FROM pending WHERE id = @Id", new { notification.Id });
            return;
        }

        connection.Execute(
            """
            INSERT INTO pending (id, type, due_at, since) VALUES (@Id, @Type, @due, @since)
            ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, since = excluded.since
            """,
            new
            {
                notification.Id,
                notification.Type,
                due = notification.NextAttemptAt!.Value.ToUnixTimeMilliseconds(),
                since = notification.PendingSince!.Value.ToUnixTimeMilliseconds(),
            }
        );
    }

    private static bool IsErased(SqliteConnection connection, string userId) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM erased_users WHERE user_id = @userId", new { userId }) > 0;
}
