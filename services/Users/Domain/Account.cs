using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Users.Domain;

/// <summary>A person who can sign in. Immutable: each change gives the next state with its event.</summary>
internal sealed record Account
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Email { get; init; }

    public string? Phone { get; init; }

    public required string Role { get; init; }

    /// <summary>Empty where no password opens it: until its first link is used, and once it is erased.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>Whether somebody has proven that the address is theirs.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>The branches the role holds in; <c>null</c>: all.</summary>
    public IReadOnlyList<string>? BranchIds { get; init; }

    /// <summary>Set while an admin has switched the account off, UTC.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The open link to a new password.</summary>
    public AccountLink? ResetLink { get; init; }

    /// <summary>The open link that proves the address.</summary>
    public AccountLink? VerificationLink { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Raised by what ends all sessions: one begun under an earlier epoch is over, even where its tokens are still to be
    /// found.</summary>
    public int SessionEpoch { get; init; }

    /// <summary>When they were last ended so, UTC.</summary>
    public DateTimeOffset? SessionsEndedAt { get; init; }

    /// <summary>Set once the account is erased; then nothing personal is left in it.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    public required long Version { get; init; }

    public static AccountChange Register(
        string id,
        string name,
        string email,
        string? phone,
        string role,
        string passwordHash,
        DateTimeOffset at,
        IReadOnlyList<string>? branchIds = null
    )
    {
        var account = new Account
        {
            Id = id,
            Name = name,
            Email = email,
            Phone = phone,
            Role = role,
            BranchIds = branchIds,
            PasswordHash = passwordHash,
            CreatedAt = at,
            UpdatedAt = at,
            Version = 1,
        };
        return new AccountChange(
            account,
            new UserRegistered
            {
                EventId = Guid.CreateVersion7(at),
                OccurredAt = at,
                UserId = id,
                Version = 1,
                User = account.Profile(),
            },
            EndsSessions: false,
            LosesAdmin: false
        );
    }

    /// <summary>A new account of somebody who was invited.</summary>
    public static AccountChange Join(string id, string name, string passwordHash, Invitation invitation, DateTimeOffset at)
    {
        var change = Register(id, name, invitation.Email, null, invitation.Role, passwordHash, at, invitation.BranchIds);
        return change with { Next = change.Next with { EmailVerified = true } };
    }

    /// <summary>The account with what is given changed. A new password, address or role, other branches, and switching it off, end all
    /// sessions.</summary>
    public AccountChange Update(
        string? name,
        string? email,
        string? phone,
        bool setsPhone,
        string? role,
        string? passwordHash,
        DateTimeOffset at,
        BranchBinding? branches = null,
        bool? disabled = null
    )
    {
        var moves = email is not null && email != Email;
        var next = this with
        {
            Name = name ?? Name,
            Email = email ?? Email,
            EmailVerified = EmailVerified && !moves,
            Phone = setsPhone ? phone : Phone,
            Role = role ?? Role,
            BranchIds = branches is null ? BranchIds : branches.Ids,
            PasswordHash = passwordHash ?? PasswordHash,
            DisabledAt =
                disabled is null ? DisabledAt
                : disabled.Value ? DisabledAt ?? at
                : null,
            // Links went to the old address, or to somebody who asked for what is done now.
            ResetLink = moves || passwordHash is not null ? null : ResetLink,
            VerificationLink = moves ? null : VerificationLink,
        };
        return Changed(
            next,
            endsSessions: moves
                || passwordHash is not null
                || next.Role != Role
                || !(next.BranchIds ?? []).ToHashSet().SetEquals(BranchIds ?? [])
                || (next.DisabledAt is not null && DisabledAt is null),
            at
        );
    }

    /// <summary>The account with a new password, set through <see cref="ResetLink"/>, which is used up.</summary>
    public AccountChange Reset(string passwordHash, DateTimeOffset at) =>
        Changed(
            this with
            {
                PasswordHash = passwordHash,
                EmailVerified = EmailVerified || ResetLink!.ByMail,
                ResetLink = null,
            },
            endsSessions: true,
            at
        );

    /// <summary>The account with its address proven through <see cref="VerificationLink"/>, which is used up.</summary>
    public AccountChange Verify(DateTimeOffset at) =>
        Changed(this with { EmailVerified = true, VerificationLink = null }, endsSessions: false, at);

    /// <summary>
    /// The account in the hands of the one who was invited at its address. Nobody had proven that address, so nothing of the one who
    /// registered it stays: no password, no phone, no session, no link.
    /// </summary>
    public AccountChange TakeOver(string name, string passwordHash, Invitation invitation, DateTimeOffset at) =>
        Changed(
            this with
            {
                Name = name,
                Phone = null,
                PasswordHash = passwordHash,
                EmailVerified = true,
                Role = invitation.Role,
                BranchIds = invitation.BranchIds,
                DisabledAt = null,
                ResetLink = null,
                VerificationLink = null,
            },
            endsSessions: true,
            at
        );

    /// <summary>The account without anything personal.</summary>
    public AccountChange Erase(DateTimeOffset at)
    {
        var next = this with
        {
            Name = "",
            Email = "erased:" + Id,
            EmailVerified = false,
            Phone = null,
            Role = Roles.User,
            BranchIds = null,
            PasswordHash = "",
            ResetLink = null,
            VerificationLink = null,
            SessionEpoch = SessionEpoch + 1,
            SessionsEndedAt = at,
            UpdatedAt = at,
            ErasedAt = at,
            Version = Version + 1,
        };
        return new AccountChange(
            next,
            new UserErased
            {
                EventId = Guid.CreateVersion7(at),
                OccurredAt = at,
                UserId = Id,
                Version = next.Version,
            },
            EndsSessions: true,
            LosesAdmin: CountsAsAdmin(this)
        );
    }

    private static bool CountsAsAdmin(Account account) => account.Role == Roles.Admin && account.DisabledAt is null;

    private AccountChange Changed(Account next, bool endsSessions, DateTimeOffset at)
    {
        next = next with
        {
            SessionEpoch = endsSessions ? SessionEpoch + 1 : SessionEpoch,
            SessionsEndedAt = endsSessions ? at : SessionsEndedAt,
            UpdatedAt = at,
            Version = Version + 1,
        };
        return new AccountChange(
            next,
            new UserUpdated
            {
                EventId = Guid.CreateVersion7(at),
                OccurredAt = at,
                UserId = Id,
                Version = next.Version,
                User = next.Profile(),
            },
            endsSessions,
            LosesAdmin: CountsAsAdmin(this) && !CountsAsAdmin(next)
        );
    }

    private UserProfile Profile() =>
        new()
        {
            Id = Id,
            Name = Name,
            Email = Email,
            Phone = Phone,
            Role = Role,
            BranchIds = BranchIds,
        };
}
