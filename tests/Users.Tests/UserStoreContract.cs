using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Tests;

/// <summary>What every store promises; see <see cref="IUserStore"/>.</summary>
public abstract class UserStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Later = Some.Noon.AddDays(1);

    private protected abstract IUserStore Store { get; }

    private protected abstract IOutbox Outbox { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task An_account_is_found_by_id_and_email_as_it_was_added()
    {
        var account = await AddAsync();
        Assert.Equal(account, await Store.FindAsync(account.Id, Token));
        Assert.Equal(account, await Store.FindByEmailAsync(account.Email, Token));
        Assert.Null(await Store.FindAsync("none", Token));
        Assert.Null(await Store.FindByEmailAsync("none@example.com", Token));
        Assert.Equal([typeof(UserRegistered).FullName], await EventsAsync());
    }

    [Fact]
    public async Task Of_twenty_who_make_the_first_signing_keys_at_once_one_does_and_all_have_them()
    {
        Assert.Null(await Store.FindSigningKeysAsync(Token));
        var options = new UsersOptions { AccessTokenLifetime = TimeSpan.FromMinutes(1), RefreshTokenLifetime = TimeSpan.FromDays(1) };
        var rings = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async _ =>
                {
                    var source = new StoredKeys(Store, options, TimeProvider.System, NullLogger<StoredKeys>.Instance);
                    using var ring = new KeyRing(source, NullLogger<KeyRing>.Instance);
                    return Assert.Single(await ring.PublicKeysAsync(Token)).Kid;
                })
        );
        Assert.Single(rings.Distinct());
    }

    [Fact]
    public async Task Signing_keys_change_only_from_the_version_they_were_read_at()
    {
        Assert.False(await Store.SaveSigningKeysAsync("early", expectedVersion: 1, Token));
        Assert.True(await Store.SaveSigningKeysAsync("one", expectedVersion: 0, Token));
        Assert.False(await Store.SaveSigningKeysAsync("another", expectedVersion: 0, Token));
        Assert.True(await Store.SaveSigningKeysAsync("two", expectedVersion: 1, Token));
        Assert.False(await Store.SaveSigningKeysAsync("late", expectedVersion: 1, Token));
        Assert.Equal(new SigningKeySet("two", 2), await Store.FindSigningKeysAsync(Token));
    }

    [Fact]
    public async Task An_email_is_taken_once_and_nothing_of_the_second_stays()
    {
        await AddAsync();
        var second = Some.Registered(name: "Eve");
        Assert.Equal(
            ErrorCodes.EmailTaken,
            await RefusalAsync(() => Store.AddAsync(second, Some.SessionOf(second.Next), Answer("k"), Token))
        );
        Assert.Null(await Store.FindAsync(second.Next.Id, Token));
        Assert.Null(await Store.FindAnswerAsync("k", Token));
        Assert.Null((await RotateAsync("token", "next")).UserId);
        Assert.Single(await EventsAsync());
    }

    [Fact]
    public async Task Of_twenty_who_register_one_email_at_once_one_gets_it()
    {
        var refused = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 20),
            new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Token },
            async (_, token) =>
            {
                try
                {
                    await Store.AddAsync(Some.Registered(), null, null, token);
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.EmailTaken)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        );
        Assert.Equal(19, refused);
    }

    [Fact]
    public async Task A_change_is_saved_at_the_version_it_was_made_of_only()
    {
        var account = await AddAsync();
        var renamed = Renamed(account, "Ada L.");
        Assert.True(await Store.SaveAsync(renamed, 1, null, Token));
        Assert.False(await Store.SaveAsync(Renamed(account, "Lost"), 1, null, Token));
        Assert.Equal(renamed.Next, await Store.FindAsync(account.Id, Token));
        Assert.Equal([typeof(UserRegistered).FullName, typeof(UserUpdated).FullName], await EventsAsync());
    }

    [Fact]
    public async Task A_change_of_an_account_that_does_not_exist_makes_none()
    {
        var account = Some.Registered().Next;
        Assert.False(await Store.SaveAsync(Renamed(account, "Ghost"), 1, null, Token));
        Assert.Null(await Store.FindAsync(account.Id, Token));
        Assert.Empty(await EventsAsync());
    }

    [Fact]
    public async Task A_change_to_a_taken_email_is_refused_and_changes_nothing()
    {
        await AddAsync("eve@example.com");
        var account = await AddAsync();
        var change = account.Update(null, "eve@example.com", null, false, null, null, Later);
        Assert.Equal(ErrorCodes.EmailTaken, await RefusalAsync(() => Store.SaveAsync(change, 1, null, Token)));
        Assert.Equal(account, await Store.FindAsync(account.Id, Token));
    }

    [Fact]
    public async Task A_changed_email_is_the_one_to_be_found_by_and_the_old_one_is_free()
    {
        var account = await AddAsync();
        Assert.True(await Store.SaveAsync(account.Update(null, "new@example.com", null, false, null, null, Later), 1, null, Token));
        Assert.Null(await Store.FindByEmailAsync("ada@example.com", Token));
        Assert.Equal(account.Id, (await Store.FindByEmailAsync("new@example.com", Token))!.Id);
        await AddAsync();
    }

    [Fact]
    public async Task A_token_is_replaced_once_and_its_second_use_ends_the_family()
    {
        var account = await AddAsync(session: "one");
        Assert.Equal((account.Id, 0, false), Seen(await RotateAsync("one", "two")));
        Assert.Equal((account.Id, 0, false), Seen(await RotateAsync("two", "three")));
        Assert.Equal((account.Id, 0, true), Seen(await RotateAsync("one", "thief", Some.Noon.AddSeconds(21))));
        Assert.Null((await RotateAsync("three", "four")).UserId);
        Assert.Null((await RotateAsync("thief", "four")).UserId);
    }

    [Fact]
    public async Task The_end_of_one_family_leaves_the_others()
    {
        var account = await AddAsync(session: "one");
        await Store.AddSessionAsync(Some.SessionOf(account, "other"), Token);
        await RotateAsync("one", "two");
        await RotateAsync("one", "three", Some.Noon.AddMinutes(1));
        Assert.Equal(account.Id, (await RotateAsync("other", "next")).UserId);
    }

    [Fact]
    public async Task A_token_used_a_moment_ago_gives_what_its_successor_is_made_of_again_and_later_ends_the_family()
    {
        var account = await AddAsync(session: "one");
        var first = await RotateAsync("one", "two");
        var again = await RotateAsync("one", "other", Some.Noon.AddSeconds(20));
        Assert.Equal((account.Id, 0, false), Seen(again));
        Assert.Equal(first.Salt, again.Salt);
        Assert.Equal(first.SessionId, again.SessionId);
        // The successor is the good one still, and what the repeat made up is nothing.
        Assert.Null((await RotateAsync("other", "x")).UserId);
        Assert.False((await RotateAsync("two", "three", Some.Noon.AddSeconds(20))).Reused);
        Assert.True((await RotateAsync("one", "x", Some.Noon.AddSeconds(20).AddMilliseconds(1))).Reused);
        Assert.Null((await RotateAsync("three", "x")).UserId);
    }

    [Fact]
    public async Task Two_uses_of_a_token_at_once_get_the_same_successor()
    {
        for (var n = 0; n < 20; n++)
        {
            var account = await AddAsync($"{n}@example.com", session: $"first {n}");
            var outcomes = await Task.WhenAll(
                Task.Run(() => RotateAsync($"first {n}", $"a {n}"), Token),
                Task.Run(() => RotateAsync($"first {n}", $"b {n}"), Token)
            );
            Assert.All(outcomes, o => Assert.Equal((account.Id, 0, false), Seen(o)));
            Assert.Equal(outcomes[0].Salt, outcomes[1].Salt);
        }
    }

    [Fact]
    public async Task A_session_is_over_for_good_however_often_it_is_renewed()
    {
        var account = await AddAsync(session: "one");
        var end = Some.Noon.AddDays(30);
        Assert.Equal(
            account.Id,
            (await Store.RotateAsync(Some.Rotation("one", "two", Some.Noon.AddDays(6), end.AddDays(9)), Token)).UserId
        );
        Assert.Equal(
            account.Id,
            (await Store.RotateAsync(Some.Rotation("two", "three", end.AddMilliseconds(-1), end.AddDays(9)), Token)).UserId
        );
        Assert.Equal(RotationOutcome.Unknown, await Store.RotateAsync(Some.Rotation("three", "four", end, end.AddDays(9)), Token));
    }

    [Fact]
    public async Task A_token_used_a_moment_ago_is_not_answered_again_once_its_session_is_over()
    {
        await AddAsync(session: "short");
        var end = Some.Noon.AddSeconds(10);
        await Store.RotateAsync(Some.Rotation("short", "next", Some.Noon, expiresAt: end), Token);
        Assert.False((await RotateAsync("short", "x", end.AddMilliseconds(-1))).Reused);
        Assert.True((await RotateAsync("short", "x", end)).Reused);

        await AddAsync("eve@example.com", session: "long");
        end = Some.Noon.AddDays(30);
        await Store.RotateAsync(Some.Rotation("long", "longer", Some.Noon.AddDays(6), end.AddDays(9)), Token);
        await Store.RotateAsync(Some.Rotation("longer", "longest", end.AddSeconds(-10), end.AddDays(9)), Token);
        Assert.False((await RotateAsync("longer", "x", end.AddMilliseconds(-1))).Reused);
        Assert.True((await RotateAsync("longer", "x", end)).Reused);
    }

    [Fact]
    public async Task Open_sessions_are_listed_with_what_they_were_begun_on()
    {
        var account = await AddAsync();
        var first = Some.SessionOf(account, "one") with { Browser = "Firefox", System = "Windows" };
        var second = Some.SessionOf(account, "two");
        foreach (
            var session in new[]
            {
                first,
                second,
                Some.SessionOf(account, "old") with
                {
                    Epoch = -1,
                },
                Some.SessionOf(await AddAsync("eve@example.com"), "hers"),
            }
        )
            await Store.AddSessionAsync(session, Token);
        await RotateAsync("one", "next", Some.Noon.AddMinutes(5));
        // Two of one millisecond may have their ids either way round.
        Session[] open = [first with { TokenHash = "next", UsedAt = Some.Noon.AddMinutes(5) }, second];
        Assert.Equal(
            open.OrderBy(s => s.Id, StringComparer.Ordinal),
            await Store.ListSessionsAsync(account.Id, 0, Some.Noon.AddMinutes(5), Some.Noon.AddDays(-30), PageRequest.First(10), Token)
        );
        Assert.Equal(
            2,
            (await Store.ListSessionsAsync(account.Id, 0, Some.Noon, Some.Noon.AddDays(-30), PageRequest.First(1), Token)).Count
        );
        Assert.Empty(
            await Store.ListSessionsAsync(account.Id, 0, Some.Noon.AddDays(7), Some.Noon.AddDays(-30), PageRequest.First(10), Token)
        );
        Assert.Empty(await Store.ListSessionsAsync(account.Id, 0, Some.Noon, Some.Noon, PageRequest.First(10), Token));
    }

    [Fact]
    public async Task A_session_that_was_ended_is_told_until_its_access_tokens_have_ended()
    {
        var account = await AddAsync(session: "one");
        await Store.AddSessionAsync(Some.SessionOf(account, "two"), Token);
        var until = Some.Noon.AddMinutes(16);
        var ended = (await Store.EndSessionAsync("one", until, Token))!;
        Assert.Null(await Store.FindSessionAsync(ended, Token));
        var two = (await RotateAsync("two", "three")).SessionId!;
        Assert.NotNull(await Store.FindSessionAsync(two, Token));
        Assert.False(await Store.EndSessionAsync("somebody else", two, until, Token));
        Assert.True(await Store.EndSessionAsync(account.Id, two, until, Token));
        Assert.False(await Store.EndSessionAsync(account.Id, two, until, Token));
        var told = await Store.EndedSessionsAsync(until.AddMilliseconds(-1), Token);
        Assert.Equal(new[] { (ended, until), (two, until) }.Order(), told.Order());
        Assert.Empty(await Store.EndedSessionsAsync(until, Token));
        Assert.Empty(await Store.ListSessionsAsync(account.Id, 0, Some.Noon, Some.Noon.AddDays(-30), PageRequest.First(10), Token));
    }

    [Fact]
    public async Task A_family_that_was_revoked_is_told_among_the_ended()
    {
        await AddAsync(session: "one");
        var session = (await RotateAsync("one", "two")).SessionId!;
        Assert.True((await RotateAsync("one", "x", Some.Noon.AddMinutes(1))).Reused);
        Assert.Equal([session], (await Store.EndedSessionsAsync(Some.Noon, Token)).Select(s => s.SessionId));
    }

    [Fact]
    public async Task Sessions_and_invitations_are_listed_in_order_with_one_more_than_the_page()
    {
        var account = await AddAsync();
        foreach (var name in new[] { "c", "a", "d", "b" })
        {
            await Store.AddSessionAsync(Some.SessionOf(account, name) with { Id = name }, Token);
            var invitation = Some.Invited(name + "@example.com") with { Id = name };
            await Store.InviteAsync(invitation, Some.Mail(invitation), null, Token);
        }

        Assert.Equal(["a", "b", "c"], await SessionsAsync(PageRequest.First(2)));
        Assert.Equal(["c", "d"], await SessionsAsync(PageRequest.First(2).Behind("b")));
        Assert.Equal(["a", "b", "c"], await InvitationsAsync(PageRequest.First(2)));
        Assert.Equal(["c", "d"], await InvitationsAsync(PageRequest.First(2).Behind("b")));

        async Task<IEnumerable<string>> SessionsAsync(PageRequest page) =>
            (await Store.ListSessionsAsync(account.Id, 0, Some.Noon, Some.Noon.AddDays(-30), page, Token)).Select(s => s.Id);

        async Task<IEnumerable<string>> InvitationsAsync(PageRequest page) =>
            (await Store.ListInvitationsAsync(Some.Noon, null, page, Token)).Select(i => i.Id);
    }

    [Fact]
    public async Task There_is_one_invitation_an_address_and_the_latest_counts()
    {
        var (first, second, other) = (Some.Invited(), Some.Invited() with { BranchIds = ["b1"] }, Some.Invited("eve@example.com"));
        foreach (var invitation in new[] { first, second, other })
            await Store.InviteAsync(invitation, Some.Mail(invitation), null, Token);
        Assert.Null(await Store.FindInvitationAsync(first.Id, Token));
        Assert.Equivalent(second, await Store.FindInvitationAsync(second.Id, Token), strict: true);
        Assert.Equal(
            new[] { second.Id, other.Id }.Order(StringComparer.Ordinal),
            (await Store.ListInvitationsAsync(Some.Noon, null, PageRequest.First(10), Token)).Select(i => i.Id)
        );
        Assert.Empty(await Store.ListInvitationsAsync(Some.Noon.AddDays(7), null, PageRequest.First(10), Token));
        Assert.True(await Store.RemoveInvitationAsync(second.Id, Token));
        Assert.False(await Store.RemoveInvitationAsync(second.Id, Token));
        Assert.Contains(typeof(AccountLinkIssued).FullName, await EventsAsync());
    }

    [Fact]
    public async Task A_key_makes_one_invitation()
    {
        var (first, second) = (Some.Invited(), Some.Invited("eve@example.com"));
        await Store.InviteAsync(first, Some.Mail(first), Answer("k"), Token);
        Assert.Equivalent(Answer("k"), await Store.FindAnswerAsync("k", Token));
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => Store.InviteAsync(second, Some.Mail(second), Answer("k"), Token));
        Assert.Null(await Store.FindInvitationAsync(second.Id, Token));
    }

    [Fact]
    public async Task An_invitation_is_used_up_by_the_account_it_makes()
    {
        var invitation = Some.Invited();
        await Store.InviteAsync(invitation, Some.Mail(invitation), null, Token);
        var change = Account.Join("new", "Ada", "hash", invitation, Some.Noon);
        Assert.True(await Store.AcceptAsync(invitation.Id, change, null, Some.SessionOf(change.Next), Answer("k"), Token));
        Assert.Equal(change.Next, await Store.FindAsync("new", Token));
        Assert.Equal("new", (await RotateAsync("token", "next")).UserId);
        Assert.NotNull(await Store.FindAnswerAsync("k", Token));
        Assert.Null(await Store.FindInvitationAsync(invitation.Id, Token));
        Assert.False(
            await Store.AcceptAsync(
                invitation.Id,
                Account.Join("again", "Eve", "hash", invitation, Some.Noon),
                null,
                Some.SessionOf(change.Next, "x"),
                null,
                Token
            )
        );
        Assert.Null(await Store.FindAsync("again", Token));
    }

    [Fact]
    public async Task An_invitation_takes_over_an_account_at_the_version_seen_only_and_ends_its_sessions()
    {
        var account = await AddAsync(session: "squatter");
        var invitation = Some.Invited();
        await Store.InviteAsync(invitation, Some.Mail(invitation), null, Token);
        var change = account.TakeOver("Ada", "her hash", invitation, Later);
        Assert.False(await Store.AcceptAsync(invitation.Id, change, 7, Some.SessionOf(change.Next), null, Token));
        Assert.NotNull(await Store.FindInvitationAsync(invitation.Id, Token));
        Assert.True(await Store.AcceptAsync(invitation.Id, change, 1, Some.SessionOf(change.Next), Answer("k"), Token));
        Assert.Null((await RotateAsync("squatter", "x")).UserId);
        Assert.Equal(1, (await RotateAsync("token", "next")).Epoch);
        Assert.Equal(Roles.Operator, (await FindAsync(account)).Role);
        Assert.NotNull(await Store.FindAnswerAsync("k", Token));
        await SaveAsync((await FindAsync(account)).Erase(Later));
        Assert.Null(await Store.FindAnswerAsync("k", Token));
    }

    [Fact]
    public async Task An_admin_who_is_switched_off_does_not_count_and_the_last_one_is_not_switched_off()
    {
        var (one, two) = (await AddAsync(role: Roles.Admin), await AddAsync("b@example.com", role: Roles.Admin));
        await SaveAsync(one.Update(null, null, null, false, null, null, Later, disabled: true));
        Assert.Equal(1, await Store.CountAdminsAsync(Token));
        Assert.Equal(
            ErrorCodes.Conflict,
            await RefusalAsync(() =>
                Store.SaveAsync(two.Update(null, null, null, false, null, null, Later, disabled: true), 1, null, Token)
            )
        );
    }

    [Fact]
    public async Task Links_and_branches_of_an_account_come_back_as_they_were_kept()
    {
        var account = await AddAsync();
        var change = account.Update(null, null, null, false, null, null, Later, new BranchBinding(["b1", "b2"]));
        change = change with
        {
            Next = change.Next with
            {
                ResetLink = new AccountLink("r", Later, ByMail: true),
                VerificationLink = new AccountLink("v", Later.AddDays(1), ByMail: true),
            },
        };
        await SaveAsync(change);
        Assert.Equivalent(change.Next, await FindAsync(account), strict: true);
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_over_and_a_rotation_prolongs_it()
    {
        var account = await AddAsync(session: "one");
        var end = Some.Noon.AddDays(7);
        Assert.Equal(
            account.Id,
            (await Store.RotateAsync(Some.Rotation("one", "two", end.AddMilliseconds(-1), end.AddDays(7)), Token)).UserId
        );
        Assert.Equal(account.Id, (await Store.RotateAsync(Some.Rotation("two", "three", end.AddDays(6), end.AddDays(8)), Token)).UserId);
        Assert.Equal(
            RotationOutcome.Unknown,
            await Store.RotateAsync(Some.Rotation("three", "four", end.AddDays(8), end.AddDays(9)), Token)
        );
    }

    [Theory]
    [InlineData("current")]
    [InlineData("older")]
    public async Task Ending_a_session_ends_it_with_whichever_of_its_tokens(string which)
    {
        var account = await AddAsync(session: "older");
        await Store.AddSessionAsync(Some.SessionOf(account, "other"), Token);
        await RotateAsync("older", "current");
        Assert.NotNull(await Store.EndSessionAsync(which, Later, Token));
        Assert.Null(await Store.EndSessionAsync("unknown", Later, Token));
        Assert.Null((await RotateAsync("current", "x")).UserId);
        Assert.Equal(account.Id, (await RotateAsync("other", "y")).UserId);
    }

    [Fact]
    public async Task A_new_password_a_new_role_and_erasure_end_all_sessions_and_a_new_name_does_not()
    {
        var account = await AddAsync(session: "one");
        await SaveAsync(Renamed(account, "Ada L."));
        Assert.NotNull((await RotateAsync("one", "two")).UserId);
        account = await SaveAsync((await FindAsync(account)).Update(null, null, null, false, null, "new hash", Later));
        Assert.Null((await RotateAsync("two", "three")).UserId);
        await Store.AddSessionAsync(Some.SessionOf(account, "four"), Token);
        account = await SaveAsync(account.Update(null, null, null, false, Roles.Operator, null, Later));
        Assert.Null((await RotateAsync("four", "five")).UserId);
        await Store.AddSessionAsync(Some.SessionOf(account, "six"), Token);
        await SaveAsync(account.Erase(Later));
        Assert.Null((await RotateAsync("six", "seven")).UserId);
    }

    [Fact]
    public async Task A_list_is_by_id_in_pages_and_leaves_out_the_erased()
    {
        var all = new List<Account>();
        for (var n = 0; n < 5; n++)
            all.Add(await AddAsync($"{n}@example.com"));
        await SaveAsync(all[1].Erase(Later));
        var expected = all.Where(a => a != all[1]).Select(a => a.Id).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected.Take(3), await ListAsync(null, null, PageRequest.First(2)));
        Assert.Equal(expected, await ListAsync(null, null, PageRequest.First(10)));
        Assert.Equal(expected.Skip(2), await ListAsync(null, null, await AfterAsync(expected[1])));
    }

    [Fact]
    public async Task A_list_is_narrowed_by_role_and_by_plain_text_in_name_or_email_whatever_the_case()
    {
        var ada = await AddAsync("ada@example.com", name: "Ada Lovelace");
        var emil = await AddAsync("emil@example.org", name: "Émil 100%", role: Roles.Operator);
        var page = PageRequest.First(10);
        Assert.Equal([emil.Id], await ListAsync(Roles.Operator, null, page));
        Assert.Empty(await ListAsync(Roles.Operator, "ada", page));
        Assert.Equal([ada.Id], await ListAsync(null, "LOVE", page));
        Assert.Equal([ada.Id], await ListAsync(null, "EXAMPLE.COM", page));
        Assert.Equal([emil.Id], await ListAsync(null, "éMIL", page));
        Assert.Equal([emil.Id], await ListAsync(null, "100%", page));
        Assert.Empty(await ListAsync(null, ".*", page));
        Assert.Empty(await ListAsync(null, "_da", page));
    }

    [Fact]
    public async Task Several_accounts_are_found_by_their_ids_without_erased_and_unknown_ones()
    {
        var one = await AddAsync();
        var two = await AddAsync("b@example.com");
        var erased = await AddAsync("c@example.com");
        await AddAsync("d@example.com");
        await SaveAsync(erased.Erase(Later));

        Assert.Equal(
            new[] { one.Id, two.Id }.Order(StringComparer.Ordinal),
            (await Store.FindAsync([two.Id, erased.Id, "unknown", one.Id], Token)).Select(a => a.Id)
        );
    }

    [Fact]
    public async Task Admins_are_counted()
    {
        Assert.Equal(0, await Store.CountAdminsAsync(Token));
        var one = await AddAsync(role: Roles.Admin);
        await AddAsync("b@example.com", role: Roles.Admin);
        await AddAsync("c@example.com");
        Assert.Equal(2, await Store.CountAdminsAsync(Token));
        await SaveAsync(one.Erase(Later));
        Assert.Equal(1, await Store.CountAdminsAsync(Token));
    }

    [Fact]
    public async Task An_answer_is_kept_with_its_account_and_its_key_makes_no_second_one()
    {
        var first = Some.Registered();
        await Store.AddAsync(first, Some.SessionOf(first.Next), Answer("k"), Token);
        Assert.Equivalent(Answer("k"), await Store.FindAnswerAsync("k", Token));
        Assert.Null(await Store.FindAnswerAsync("other", Token));
        foreach (var email in new[] { "ada@example.com", "eve@example.com" })
        {
            var second = Some.Registered(email);
            await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() =>
                Store.AddAsync(second, Some.SessionOf(second.Next, "second"), Answer("k"), Token)
            );
            Assert.Null(await Store.FindAsync(second.Next.Id, Token));
        }

        Assert.Null((await RotateAsync("second", "x")).UserId);
        Assert.Equal(first.Next.Id, (await RotateAsync("token", "x")).UserId);
    }

    [Fact]
    public async Task An_answer_is_kept_with_the_change_it_tells_of_and_its_key_makes_no_second_one()
    {
        var account = await AddAsync();
        var other = await AddAsync("eve@example.com");
        Assert.True(await Store.SaveAsync(Renamed(account, "Ada L."), 1, Answer("k"), Token));
        Assert.Equivalent(Answer("k"), await Store.FindAnswerAsync("k", Token));
        account = await FindAsync(account);
        foreach (var again in new[] { account, other })
            await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() =>
                Store.SaveAsync(Renamed(again, "Twice"), again.Version, Answer("k"), Token)
            );
        Assert.Equal("Ada L.", (await FindAsync(account)).Name);
        Assert.Equal(other.Name, (await FindAsync(other)).Name);
        Assert.False(await Store.SaveAsync(Renamed(account, "Late"), 1, Answer("late"), Token));
        Assert.Null(await Store.FindAnswerAsync("late", Token));
    }

    [Fact]
    public async Task An_answer_without_a_change_is_kept_once()
    {
        await Store.KeepAnswerAsync(Answer("k"), Token);
        Assert.Equivalent(Answer("k"), await Store.FindAnswerAsync("k", Token));
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => Store.KeepAnswerAsync(Answer("k"), Token));
    }

    [Fact]
    public async Task Accounts_without_an_answer_are_many()
    {
        await AddAsync("a@example.com");
        await AddAsync("b@example.com");
    }

    private protected async Task<Account> AddAsync(
        string email = "ada@example.com",
        string name = "Ada",
        string role = Roles.User,
        string? session = null
    )
    {
        var change = Some.Registered(email, name, role);
        await Store.AddAsync(change, session is null ? null : Some.SessionOf(change.Next, session), null, Token);
        return change.Next;
    }

    [Fact]
    public async Task The_last_admin_stays_whoever_asks_and_however_many_leave_at_once()
    {
        var admins = new List<Account>();
        foreach (var n in Enumerable.Range(1, 6))
            admins.Add(await AddAsync($"admin{n}@example.com", role: Roles.Admin));
        var outcomes = await Task.WhenAll(
            admins.Select(async a =>
            {
                try
                {
                    return await Store.SaveAsync(a.Erase(Later), 1, null, Token);
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.Conflict)
                {
                    return false;
                }
            })
        );
        Assert.Equal(5, outcomes.Count(left => left));
        Assert.Equal(1, await Store.CountAdminsAsync(Token));
    }

    [Fact]
    public async Task A_session_keeps_the_epoch_of_its_sign_in()
    {
        var account = await AddAsync();
        await Store.AddSessionAsync(Some.SessionOf(account, "one") with { Epoch = 3 }, Token);
        Assert.Equal(3, (await RotateAsync("one", "two")).Epoch);
    }

    [Fact]
    public async Task Accounts_whose_sessions_ended_are_found_from_that_time_on()
    {
        var ended = Some.Registered("ended@example.com");
        var erased = Some.Registered("erased@example.com");
        var renamed = Some.Registered("renamed@example.com");
        foreach (var added in new[] { ended, erased, renamed })
            await Store.AddAsync(added, null, null, Token);
        await SaveAsync(ended.Next.Update(null, null, null, false, Roles.Operator, null, Later));
        await SaveAsync(erased.Next.Erase(Later.AddSeconds(2)));
        await SaveAsync(Renamed(renamed.Next, "Grace"));
        Assert.Equal(
            new[] { ended.Next.Id, erased.Next.Id }.Order(StringComparer.Ordinal),
            (await Store.EndedSinceAsync(Later.AddHours(-1), Token)).Select(a => a.Id).Order(StringComparer.Ordinal)
        );
        Assert.Equal([erased.Next.Id], (await Store.EndedSinceAsync(Later.AddSeconds(1), Token)).Select(a => a.Id));
        Assert.Empty(await Store.EndedSinceAsync(Later.AddHours(1), Token));
    }

    [Fact]
    public async Task An_erased_account_takes_its_kept_answer_along()
    {
        var change = Some.Registered();
        await Store.AddAsync(change, null, new StoredResponse("key", "request", [1, 2, 3], Later), Token);
        Assert.NotNull(await Store.FindAnswerAsync("key", Token));
        await SaveAsync(change.Next.Erase(Later));
        Assert.Null(await Store.FindAnswerAsync("key", Token));
    }

    [Fact]
    public async Task A_manager_of_some_branches_is_listed_customers_and_staff_of_those_alone()
    {
        var customer = await AddAsync("customer@example.com", a => a);
        await AddAsync("all@example.com", a => a with { Role = Roles.Operator });
        await AddAsync("both@example.com", a => a with { Role = Roles.Operator, BranchIds = ["one", "two"] });
        var one = await AddAsync("one@example.com", a => a with { Role = Roles.Admin, BranchIds = ["one"] });
        Assert.Equal([customer, one], (await Store.ListAsync(null, null, ["one"], PageRequest.First(10), Token)).Select(a => a.Id));
        Assert.Equal(4, (await Store.ListAsync(null, null, ["one", "two", "three"], PageRequest.First(10), Token)).Count + 1);

        async Task<string> AddAsync(string email, Func<Account, Account> with)
        {
            var made = Some.Registered(email);
            made = made with { Next = with(made.Next) };
            await Store.AddAsync(made, null, null, Token);
            return made.Next.Id;
        }
    }

    private protected async Task<Account> SaveAsync(AccountChange change)
    {
        Assert.True(await Store.SaveAsync(change, change.Next.Version - 1, null, Token));
        return change.Next;
    }

    private static AccountChange Renamed(Account account, string name) => account.Update(name, null, null, false, null, null, Later);

    private static StoredResponse Answer(string key) => new(key, "request", Encoding.ASCII.GetBytes("sealed"), Some.Noon);

    private static async Task<PageRequest> AfterAsync(string id)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.QueryString = new("?cursor=" + System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id)));
        return (await PageRequest.BindAsync(context))!;
    }

    private static async Task<string> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<RefusedException>(act)).Code;

    private async Task<Account> FindAsync(Account account) => (await Store.FindAsync(account.Id, Token))!;

    private Task<RotationOutcome> RotateAsync(string token, string next, DateTimeOffset? at = null) =>
        Store.RotateAsync(Some.Rotation(token, next, at), Token);

    private static (string? UserId, int Epoch, bool Reused) Seen(RotationOutcome outcome) =>
        (outcome.UserId, outcome.Epoch, outcome.Reused);

    private async Task<IEnumerable<string>> ListAsync(string? role, string? text, PageRequest page) =>
        (await Store.ListAsync(role, text, null, page, Token)).Select(a => a.Id);

    private async Task<IEnumerable<string?>> EventsAsync() =>
        (await Outbox.ClaimAsync(100, [], Token)).Select(e => "SmartQueue.Contracts." + e.EventType.Split('.', ':')[^1]);
}
