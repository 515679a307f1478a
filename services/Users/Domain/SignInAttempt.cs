namespace SmartQueue.Users.Domain;

/// <summary>Somebody tries to prove a password.</summary>
/// <param name="Email">The account they say they are, whether or not there is one.</param>
/// <param name="Network">Where they come from; see <see cref="Hosting.Http.ClientNetwork"/>.</param>
/// <param name="Device">The device or session that has proven the account's password before; <c>null</c> for a stranger.</param>
internal sealed record SignInAttempt(string Email, string Network, string? Device);
