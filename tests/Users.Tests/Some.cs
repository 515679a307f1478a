using SmartQueue.Hosting.Auth;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Tests;

/// <summary>Accounts for tests.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static AccountChange Registered(string email = "ada@example.com", string name = "Ada", string role = Roles.User) =>
        Account.Register(Guid.CreateVersion7().ToString(), name, email, "+49 123 456", role, "hash", Noon);

    public static Session SessionOf(Account account, string token = "token", TimeSpan? lifetime = null) =>
        new(Guid.CreateVersion7().ToString(), account.Id, account.SessionEpoch, token, Noon + (lifetime ?? TimeSpan.FromDays(7)))
        {
            CreatedAt = Noon,
            UsedAt = Noon,
        };

    public static TokenRotation Rotation(string token, string next, DateTimeOffset? at = null, DateTimeOffset? expiresAt = null) =>
        new()
        {
            TokenHash = token,
            NextHash = next,
            Salt = System.Text.Encoding.ASCII.GetBytes("salt of " + token + next),
            Now = at ?? Noon,
            ExpiresAt = expiresAt ?? Noon.AddDays(7),
            BeganAfter = (at ?? Noon) - TimeSpan.FromDays(30),
            RepeatableSince = (at ?? Noon) - TimeSpan.FromSeconds(20),
            RefusedUntil = (at ?? Noon) + TimeSpan.FromMinutes(16),
        };

    public static Invitation Invited(string email = "ada@example.com", string role = Roles.Operator) =>
        new()
        {
            Id = Guid.CreateVersion7().ToString(),
            Email = email,
            Role = role,
            SecretHash = "secret",
            InvitedBy = "boss",
            CreatedAt = Noon,
            ExpiresAt = Noon.AddDays(7),
        };

    public static SmartQueue.Contracts.AccountLinkIssued Mail(Invitation invitation) =>
        new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = Noon,
            InvitationId = invitation.Id,
            Version = 1,
            Email = invitation.Email,
            Kind = "invitation",
            Link = "https://example.org/accept#x",
            ExpiresAt = invitation.ExpiresAt,
        };
}
