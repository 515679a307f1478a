using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Users;

/// <summary>A person who can sign in. Immutable: each change gives the next state with its event.</summary>
internal sealed record Account
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Lower case; unique.</summary>
    public required string Email { get; init; }

    public string? Phone { get; init; }

    public required string Role { get; init; }

    public required string PasswordHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Raised by what ends all sessions: one begun under an earlier epoch is over, even where its tokens are still to be found.</summary>
    public int SessionEpoch { get; init; }

    /// <summary>When they were last ended so, UTC.</summary>
    public DateTimeOffset? SessionsEndedAt { get; init; }

    /// <summary>Set once the account is erased; then nothing personal is left in it.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    public required long Version { get; init; }

    /// <summary>A new account.</summary>
    public static AccountChange Register(string id, string name, string email, string? phone, string role, string passwordHash, DateTimeOffset at)
    {
        var account = new Account
        {
            Id = id, Name = name, Email = email, Phone = phone, Role = role, PasswordHash = passwordHash, CreatedAt = at, UpdatedAt = at, Version = 1,
        };
        return new AccountChange(account, new UserRegistered
        {
            EventId = Guid.CreateVersion7(at), OccurredAt = at, UserId = id, Version = 1, User = account.Profile(),
        }, EndsSessions: false, LosesAdmin: false);
    }

    /// <summary>The account with what is given changed. A new password or role ends all sessions.</summary>
    public AccountChange Update(string? name, string? email, string? phone, bool setsPhone, string? role, string? passwordHash, DateTimeOffset at)
    {
        var endsSessions = passwordHash is not null || (role is not null && role != Role);
        var next = this with
        {
            Name = name ?? Name,
            Email = email ?? Email,
            Phone = setsPhone ? phone : Phone,
            Role = role ?? Role,
            PasswordHash = passwordHash ?? PasswordHash,
            SessionEpoch = endsSessions ? SessionEpoch + 1 : SessionEpoch,
            SessionsEndedAt = endsSessions ? at : SessionsEndedAt,
            UpdatedAt = at,
            Version = Version + 1,
        };
        return new AccountChange(next, new UserUpdated
        {
            EventId = Guid.CreateVersion7(at), OccurredAt = at, UserId = Id, Version = next.Version, User = next.Profile(),
        }, endsSessions, LosesAdmin: Role == Roles.Admin && next.Role != Roles.Admin);
    }

    /// <summary>The account without anything personal.</summary>
    public AccountChange Erase(DateTimeOffset at)
    {
        var next = this with
        {
            Name = "", Email = "erased:" + Id, Phone = null, Role = Roles.User, PasswordHash = "", SessionEpoch = SessionEpoch + 1,
            SessionsEndedAt = at, UpdatedAt = at, ErasedAt = at, Version = Version + 1,
        };
        return new AccountChange(
            next, new UserErased { EventId = Guid.CreateVersion7(at), OccurredAt = at, UserId = Id, Version = next.Version },
            EndsSessions: true,
            LosesAdmin: Role == Roles.Admin);
    }

    private UserProfile Profile() => new() { Id = Id, Name = Name, Email = Email, Phone = Phone, Role = Role };
}
