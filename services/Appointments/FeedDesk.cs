using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Http;
using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>Links by which calendars follow the appointments of a branch or a queue.</summary>
internal sealed class FeedDesk(
    IFeedStore feeds,
    IAppointmentStore appointments,
    BookingQueues queues,
    AppointmentsOptions options,
    TimeProvider time,
    ILogger<FeedDesk> log
)
{
    /// <summary>The most appointments in one; of more it is those that come first.</summary>
    public const int Most = 5000;

    private const int DaysBehind = 7;
    private const int DaysAhead = 90;

    /// <summary>Makes a link. Its secret is in the answer, and nowhere afterwards.</summary>
    /// <exception cref="RefusedException"><c>BRANCH_NOT_FOUND</c> for one that is not the caller's, <c>QUEUE_NOT_FOUND</c> for a queue that
    /// is not of the branch.</exception>
    public Task<FeedView> MakeAsync(
        string branchId,
        string? queueId,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            feeds.FindAnswerAsync,
            async cancel =>
            {
                if (!caller.IsStaffOf(branchId))
                    throw new RefusedException(ErrorCodes.BranchNotFound, "There is no such branch.");
                if (queueId is not null && (await queues.GetAsync(queueId, cancel)).BranchId != branchId)
                    throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue in the branch.");
                var secret = SecretToken.New();
                var now = time.Now();
                var feed = new Feed
                {
                    Id = time.NewId(),
                    BranchId = branchId,
                    QueueId = queueId,
                    SecretHash = SecretToken.HashOf(secret),
                    CreatedBy = caller.UserId!,
                    CreatedAt = now,
                };
                var view = FeedView.Of(feed) with { Link = $"{options.PublicUrl.AbsoluteUri.TrimEnd('/')}{FeedsApi.Path}/{secret}.ics" };
                await feeds.AddAsync(feed, key?.Seal(view, now), cancel);
                AppointmentsLog.FeedMade(log, feed.Id, branchId, caller.UserId);
                return view;
            },
            cancellationToken
        );

    /// <summary>The links of the caller's branches, the first made first.</summary>
    public async Task<Page<FeedView>> ListAsync(string? branchId, Caller caller, PageRequest page, CancellationToken cancellationToken) =>
        Page<Feed>.Of(await feeds.ListAsync(caller.BranchesOf(branchId), page, cancellationToken), page, f => f.Id).Map(FeedView.Of);

    /// <summary>Revokes a link.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>, also when it is another branch's.</exception>
    public async Task RevokeAsync(string feedId, Caller caller, CancellationToken cancellationToken)
    {
        if (
            await feeds.FindAsync(feedId, cancellationToken) is not { } feed
            || !caller.IsStaffOf(feed.BranchId)
            || !await feeds.RemoveAsync(feedId, cancellationToken)
        )
            throw None();
        AppointmentsLog.FeedRevoked(log, feedId, feed.BranchId, caller.UserId);
    }

    /// <summary>What a calendar is told that has the link: the last 7 days and the next 90.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>: there is no such link, or it was revoked.</exception>
    public async Task<FeedContent> ReadAsync(string secret, CancellationToken cancellationToken)
    {
        var feed = await feeds.FindBySecretAsync(SecretToken.HashOf(secret), cancellationToken) ?? throw None();
        var now = time.Now();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        // Once a day, so that calendars which ask every few minutes write nothing.
        if (feed.LastUsedOn is null || feed.LastUsedOn < today)
            await feeds.UseAsync(feed.Id, today, cancellationToken);
        var name = feed.QueueId is null ? null : (await queues.FindAsync(feed.QueueId, cancellationToken))?.Name;
        var found = await appointments.ListAsync(
            new AppointmentFilter([feed.BranchId], feed.QueueId, now.AddDays(-DaysBehind), now.AddDays(DaysAhead), Status: null)
            {
                NotCancelled = true,
            },
            PageRequest.First(Most - 1),
            cancellationToken
        );
        return new FeedContent(name, [.. found.Select(a => a.State())], TagOf(name, found));
    }

    private static RefusedException None() => new(ErrorCodes.NotFound, "There is no such calendar, or its link was revoked.");

    // Of all that can change in it. No version tells of an erasure, and nothing of a person is in it.
    private static string TagOf(string? name, IEnumerable<Appointment> appointments)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        foreach (var appointment in appointments)
            hash.AppendData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{appointment.Id} {appointment.Version}\n"))
            );
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
