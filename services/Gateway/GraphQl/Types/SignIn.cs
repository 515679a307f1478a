namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>The answer to signing in: the access token goes into the <c>Authorization</c> header, the refresh token is good once, the
/// device token is kept for the next sign-in.</summary>
internal sealed record SignIn(User User, string AccessToken, string RefreshToken, int ExpiresIn, string? DeviceToken);
