using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Users.Credentials;

namespace SmartQueue.Users;

/// <summary>Settings of the user service.</summary>
internal sealed record UsersOptions
{
    /// <summary>How long an access token is good.</summary>
    public required TimeSpan AccessTokenLifetime { get; init; }

    /// <summary>How long a refresh token is good, again with each use.</summary>
    public required TimeSpan RefreshTokenLifetime { get; init; }

    /// <summary>How long a session lasts, however often it is renewed.</summary>
    public TimeSpan SessionMaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What links begin with.</summary>
    public Uri PublicUrl { get; init; } = new("http://localhost:4000");

    /// <summary>The file of the signing keys; <c>null</c> where they are in the store.</summary>
    public string? SigningKeyFile { get; init; }

    /// <summary>The file they were in before they were in the store. There may be none.</summary>
    public string FormerKeyFile { get; init; } = "";

    /// <summary>The first admin's address and password, if set.</summary>
    public string? AdminEmail { get; init; }

    public string? AdminPassword { get; init; }

    /// <summary>BCrypt's cost: 2^12 rounds.</summary>
    public int PasswordWorkFactor { get; init; } = 12;

    public static UsersOptions From(ModuleContext context)
    {
        var settings = context.Settings;
        var (email, password) = (settings.Text("ADMIN_EMAIL"), settings.Text("ADMIN_PASSWORD"));
        if (email is null != password is null)
            throw new StartupException("ADMIN_EMAIL and ADMIN_PASSWORD must be set together.");
        if (password is { Length: < Passwords.MinLength or > Passwords.MaxLength })
            throw new StartupException("ADMIN_PASSWORD must be 8 to 128 characters.");
        if (email is not null && (!System.Net.Mail.MailAddress.TryCreate(email, out var address) || address.Address != email))
            throw new StartupException("ADMIN_EMAIL must be an email address.");
        return new UsersOptions
        {
            AccessTokenLifetime = settings.Duration("JWT_EXPIRE", TimeSpan.FromMinutes(15)),
            RefreshTokenLifetime = settings.Duration("REFRESH_TOKEN_EXPIRE", TimeSpan.FromDays(7)),
            SessionMaxAge = settings.Duration("SESSION_MAX_AGE", TimeSpan.FromDays(30)),
            PublicUrl = context.PublicUrl,
            SigningKeyFile = settings.Text("JWT_SIGNING_KEY"),
            FormerKeyFile = Path.Combine(context.DataFolder, "jwt-signing-key.pem"),
            AdminEmail = email?.ToLowerInvariant(),
            AdminPassword = password,
        };
    }
}
