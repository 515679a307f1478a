using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Credentials;

/// <summary>Makes one-time links: the secret goes into the link alone, its hash into the account.</summary>
internal sealed class AccountLinks(UsersOptions options, TimeProvider time)
{
    private static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan FirstAdminLifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan ResetLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan VerificationLifetime = TimeSpan.FromDays(2);

    /// <summary>A change of an account with, beside it, a link mailed to its address that proves it.</summary>
    public AccountChange WithVerification(AccountChange change, string? language)
    {
        var account = change.Next;
        var (token, ends) = (LinkToken.New(account.Id), time.Now() + VerificationLifetime);
        return change with
        {
            Next = account with { VerificationLink = new AccountLink(token.SecretHash, ends, ByMail: true) },
            Issued = Issued(AccountLinkIssued.Verification, account, Address("verify", token), ends, language),
        };
    }

    /// <summary>An account with another mailed link that proves its address.</summary>
    public AccountChange Verification(Account account, string? language) =>
        WithVerification(
            new AccountChange(account with { Version = account.Version + 1 }, null, EndsSessions: false, LosesAdmin: false),
            language
        );

    /// <summary>An account with a mailed link to a new password.</summary>
    public AccountChange MailedReset(Account account, string? language) =>
        Reset(account, ResetLifetime, byMail: true, mails: true, language).Change;

    /// <summary>An account with a link to a new password that an admin hands over; it is mailed too.</summary>
    public (AccountChange Change, string Link, DateTimeOffset ExpiresAt) HandedReset(Account account, string? language) =>
        Reset(account, ResetLifetime, byMail: false, mails: true, language);

    /// <summary>An account with a link to a new password that is printed for anyone who runs the system.</summary>
    public (AccountChange Change, string Link, DateTimeOffset ExpiresAt) PrintedReset(Account account) =>
        Reset(account, FirstAdminLifetime, byMail: false, mails: false, language: null);

    /// <summary>The first admin's account with a link to a new password, printed, to the page that goes on with setting up the
    /// place.</summary>
    public (AccountChange Change, string Link, DateTimeOffset ExpiresAt) FirstRun(Account account) =>
        Reset(account, FirstAdminLifetime, byMail: false, mails: false, language: null, page: "setup");

    /// <summary>An invitation with its link.</summary>
    public (Invitation Invitation, string Link, AccountLinkIssued Issued) Invite(
        string email,
        string role,
        IReadOnlyList<string>? branchIds,
        string by,
        string? language
    )
    {
        var now = time.Now();
        var token = LinkToken.New(time.NewId());
        var link = Address("accept", token);
        var invitation = new Invitation
        {
            Id = token.Id,
            Email = email,
            Role = role,
            BranchIds = branchIds,
            SecretHash = token.SecretHash,
            InvitedBy = by,
            CreatedAt = now,
            ExpiresAt = now + InvitationLifetime,
        };
        return (
            invitation,
            link,
            new AccountLinkIssued
            {
                EventId = Guid.CreateVersion7(now),
                OccurredAt = now,
                InvitationId = invitation.Id,
                Version = 1,
                Email = email,
                Kind = AccountLinkIssued.Invitation,
                Link = link,
                Language = language,
                ExpiresAt = invitation.ExpiresAt,
            }
        );
    }

    private (AccountChange Change, string Link, DateTimeOffset ExpiresAt) Reset(
        Account account,
        TimeSpan lifetime,
        bool byMail,
        bool mails,
        string? language,
        string page = "reset"
    )
    {
        var (token, ends) = (LinkToken.New(account.Id), time.Now() + lifetime);
        var link = Address(page, token);
        var next = account with { ResetLink = new AccountLink(token.SecretHash, ends, byMail), Version = account.Version + 1 };
        var change = new AccountChange(next, null, EndsSessions: false, LosesAdmin: false)
        {
            Issued = mails ? Issued(AccountLinkIssued.Reset, next, link, ends, language) : null,
        };
        return (change, link, ends);
    }

    private AccountLinkIssued Issued(string kind, Account account, string link, DateTimeOffset ends, string? language) =>
        new()
        {
            EventId = Guid.CreateVersion7(time.GetUtcNow()),
            OccurredAt = time.Now(),
            UserId = account.Id,
            Version = account.Version,
            Email = account.Email,
            Kind = kind,
            Link = link,
            Language = language,
            ExpiresAt = ends,
        };

    private string Address(string page, LinkToken token) => $"{options.PublicUrl.AbsoluteUri.TrimEnd('/')}/{page}#{token}";
}
