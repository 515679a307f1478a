namespace SmartQueue.Users;

/// <summary>An account on the wire.</summary>
internal sealed record UserView(
    string Id, string Name, string Email, string? Phone, string Role, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    public static UserView Of(Account account) =>
        new(account.Id, account.Name, account.Email, account.Phone, account.Role, account.CreatedAt, account.UpdatedAt, account.Version);
}

/// <summary>What operators see of others.</summary>
internal sealed record UserNameView(string Id, string Name);

/// <summary>The answer to signing in.</summary>
/// <param name="User">The account.</param>
/// <param name="AccessToken">For the <c>Authorization</c> header.</param>
/// <param name="RefreshToken">Good once, for the next pair.</param>
/// <param name="ExpiresIn">Seconds the access token is good.</param>
internal sealed record SignInView(UserView User, string AccessToken, string RefreshToken, int ExpiresIn);

/// <summary>What a token says, if it is good.</summary>
internal sealed record VerificationView(bool Valid, string? UserId, string? Role, DateTimeOffset? ExpiresAt);

/// <summary>Makes an account. A role in it is ignored.</summary>
internal sealed record RegisterRequest(string? Name, string? Email, string? Password, string? Phone);

/// <summary>Signs in.</summary>
internal sealed record LoginRequest(string? Email, string? Password);

/// <summary>Renews or ends a session.</summary>
internal sealed record RefreshRequest(string? RefreshToken);

/// <summary>Changes an account; what is absent stays.</summary>
internal sealed record UpdateUserRequest(string? Name, string? Phone, string? Email, string? Password, string? CurrentPassword, string? Role);

/// <summary>Asks whether a token is good.</summary>
internal sealed record VerifyRequest(string? Token);
