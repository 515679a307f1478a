using System.Text.Json;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Http;

/// <summary>An account on the wire.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Email">Lower case.</param>
/// <param name="EmailVerified">Whether somebody has proven that the address is theirs.</param>
/// <param name="Phone">Phone number, if given.</param>
/// <param name="Role"><c>user</c>, <c>operator</c> or <c>admin</c>.</param>
/// <param name="BranchIds">The branches the role holds in; <c>null</c>: all.</param>
/// <param name="Disabled">Whether an admin has switched it off.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="Version">Raised by every change.</param>
internal sealed record UserView(
    string Id,
    string Name,
    string Email,
    bool EmailVerified,
    string? Phone,
    string Role,
    IReadOnlyList<string>? BranchIds,
    bool Disabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version
)
{
    public static UserView Of(Account account) =>
        new(
            account.Id,
            account.Name,
            account.Email,
            account.EmailVerified,
            account.Phone,
            account.Role,
            account.BranchIds,
            account.DisabledAt is not null,
            account.CreatedAt,
            account.UpdatedAt,
            account.Version
        );
}

/// <summary>What operators see of others.</summary>
internal sealed record UserNameView(string Id, string Name);

/// <summary>The answer to signing in.</summary>
/// <param name="User">The account.</param>
/// <param name="AccessToken">For the <c>Authorization</c> header.</param>
/// <param name="RefreshToken">Good once, for the next pair.</param>
/// <param name="ExpiresIn">Seconds the access token is good.</param>
internal sealed record SignInView(UserView User, string AccessToken, string RefreshToken, int ExpiresIn)
{
    /// <summary>To be kept on the device and sent with the next sign-in on it; <c>null</c> where a session only goes on.</summary>
    public string? DeviceToken { get; init; }
}

/// <summary>A place where somebody is signed in.</summary>
/// <param name="Id">The session.</param>
/// <param name="CreatedAt">The sign-in, UTC.</param>
/// <param name="LastUsedAt">When its tokens were renewed last, UTC.</param>
/// <param name="Browser">Such as <c>Firefox</c>; <c>null</c> if it is not known.</param>
/// <param name="System">Such as <c>Windows</c>; <c>null</c> if it is not known.</param>
/// <param name="Current">Whether it is the one that asks.</param>
internal sealed record SessionView(
    string Id,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUsedAt,
    string? Browser,
    string? System,
    bool Current
)
{
    public static SessionView Of(Session session, string? current) =>
        new(session.Id, session.CreatedAt, session.UsedAt, session.Browser, session.System, session.Id == current);
}

/// <summary>An invitation that has just been made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Email">The address.</param>
/// <param name="Role">The role it gives.</param>
/// <param name="BranchIds">The branches that holds in; <c>null</c>: all.</param>
/// <param name="Link">To hand over. It is good once, and not told again.</param>
/// <param name="ExpiresAt">Its end, UTC.</param>
internal sealed record NewInvitationView(
    string Id,
    string Email,
    string Role,
    IReadOnlyList<string>? BranchIds,
    string Link,
    DateTimeOffset ExpiresAt
);

/// <summary>An invitation nobody has accepted yet; its link is not told again.</summary>
internal sealed record InvitationView(
    string Id,
    string Email,
    string Role,
    IReadOnlyList<string>? BranchIds,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
)
{
    public static InvitationView Of(Invitation invitation) =>
        new(invitation.Id, invitation.Email, invitation.Role, invitation.BranchIds, invitation.CreatedAt, invitation.ExpiresAt);
}

/// <summary>A link to hand over. It is good once.</summary>
/// <param name="Link">The link.</param>
/// <param name="ExpiresAt">Its end, UTC.</param>
internal sealed record ResetLinkView(string Link, DateTimeOffset ExpiresAt);

/// <summary>What a token says, if it is good.</summary>
internal sealed record VerificationView(bool Valid, string? UserId, string? Role, DateTimeOffset? ExpiresAt);

/// <summary>Makes an account. A role in it is ignored.</summary>
internal sealed record RegisterRequest(string? Name, string? Email, string? Password, string? Phone);

/// <summary>Signs in; with what the device kept of an earlier sign-in, if it has it.</summary>
internal sealed record LoginRequest(string? Email, string? Password, string? DeviceToken);

/// <summary>A PIN that is to let staff out of a kiosk: 4 to 8 digits.</summary>
internal sealed record SealPinRequest(string? Pin);

/// <summary>What the kiosk keeps of its PIN.</summary>
internal sealed record SealedPinView(string Seal);

/// <summary>Tries a PIN against what the kiosk keeps.</summary>
internal sealed record CheckPinRequest(string? Seal, string? Pin);

/// <summary>Asks for a link to a new password.</summary>
internal sealed record ForgotRequest(string? Email);

/// <summary>Sets a new password by a link.</summary>
internal sealed record ResetRequest(string? Token, string? Password);

/// <summary>Proves an email address by a link.</summary>
internal sealed record VerifyEmailRequest(string? Token);

/// <summary>Invites somebody to the staff.</summary>
internal sealed record InviteRequest(string? Email, string? Role, IReadOnlyList<string>? BranchIds);

/// <summary>Makes the account somebody was invited to.</summary>
internal sealed record AcceptRequest(string? Token, string? Name, string? Password);

/// <summary>Erases an account. Who erases their own proves it is them by the password.</summary>
internal sealed record EraseRequest(string? CurrentPassword);

/// <summary>Renews or ends a session.</summary>
internal sealed record RefreshRequest(string? RefreshToken);

/// <summary>Changes an account; what is absent stays. <c>branchIds</c> is a list of ids, or <c>null</c> for all branches.</summary>
internal sealed record UpdateUserRequest(
    string? Name,
    string? Phone,
    string? Email,
    string? Password,
    string? CurrentPassword,
    string? Role,
    JsonElement BranchIds,
    bool? Disabled
);

/// <summary>Asks whether a token is good.</summary>
internal sealed record VerifyRequest(string? Token);
