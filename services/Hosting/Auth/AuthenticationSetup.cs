using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Auth;

/// <summary>Verifies access tokens with the user service's published keys.</summary>
internal static class AuthenticationSetup
{
    public static void AddAccessTokens(this IServiceCollection services, ModuleContext context)
    {
        services.AddHttpClient(ServiceNames.Users).ReachServices();
        // The user service, where it is in this process, registers its own keys instead.
        services.TryAddSingleton<IConfigurationManager<OpenIdConnectConfiguration>>(sp =>
        {
            var address = new Uri(context.AddressOf(ServiceNames.Users), "/.well-known/jwks.json");
            var client = sp.GetRequiredService<IHttpClientFactory>().CreateClient(ServiceNames.Users);
            return new ConfigurationManager<OpenIdConnectConfiguration>(
                address.ToString(),
                new SigningKeys(),
                new HttpDocumentRetriever(client) { RequireHttps = false }
            )
            {
                RefreshInterval = TimeSpan.FromSeconds(30),
                AutomaticRefreshInterval = TimeSpan.FromMinutes(10),
            };
        });
        services.AddSingleton<RevokedTokens>();
        services.TryAddSingleton<IRevokedTokenSource, RevokedTokenClient>();
        services.AddHostedService<RevokedTokenPoll>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        LeaveCookieKeysAlone(services);
        services
            .AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IConfigurationManager<OpenIdConnectConfiguration>, RevokedTokens, TimeProvider>(
                (options, keys, revoked, time) =>
                {
                    options.TimeProvider = time;
                    options.MapInboundClaims = false;
                    options.ConfigurationManager = keys;
                    options.TokenValidationParameters = new TokenValidationParameters
                    {
                        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                        ValidIssuer = AccessTokens.Issuer,
                        ValidAudience = AccessTokens.Audience,
                        ValidTypes = [AccessTokens.Type],
                        NameClaimType = "sub",
                        RoleClaimType = "role",
                        ClockSkew = TimeSpan.FromSeconds(10),
                        LifetimeValidator = (notBefore, expires, _, parameters) =>
                        {
                            var now = time.GetUtcNow().UtcDateTime;
                            return expires > now - parameters.ClockSkew && (notBefore is null || notBefore < now + parameters.ClockSkew);
                        },
                    };
                    options.Events = new JwtBearerEvents
                    {
                        OnMessageReceived = TakeHubToken,
                        OnAuthenticationFailed = TellMissingKeys,
                        OnTokenValidated = context => RefuseRevoked(context, revoked),
                    };
                }
            );
        services.AddSingleton<Microsoft.AspNetCore.Authorization.IAuthorizationMiddlewareResultHandler, DenialAudit>();
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Policies.SignedIn, p => p.RequireAuthenticatedUser().RequireRole(Roles.User, Roles.Operator, Roles.Admin))
            .AddPolicy(Policies.Operator, p => p.RequireAuthenticatedUser().RequireRole(Roles.Operator, Roles.Admin))
            .AddPolicy(Policies.Admin, p => p.RequireAuthenticatedUser().RequireRole(Roles.Admin));
    }

    // Authentication comes with keys for cookies, of which there are none here. At each start they would be looked for in the home folder,
    // and the folder made.
    private static void LeaveCookieKeysAlone(IServiceCollection services)
    {
        var keys = typeof(DataProtectionOptions).Assembly;
        foreach (
            var start in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == keys).ToList()
        )
            services.Remove(start);
    }

    // Browsers cannot set headers on a WebSocket.
    private static Task TakeHubToken(MessageReceivedContext context)
    {
        if (
            context.Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal)
            && context.Request.Query["access_token"].ToString() is { Length: > 0 } token
        )
            context.Token = token;
        return Task.CompletedTask;
    }

    private static Task RefuseRevoked(TokenValidatedContext context, RevokedTokens revoked)
    {
        if (revoked.IsRevoked(context.Principal))
            context.Fail("The token was revoked.");
        return Task.CompletedTask;
    }

    // A token that cannot be checked is not a wrong token: answering 401 would sign everybody out while the user service is away.
    private static async Task TellMissingKeys(AuthenticationFailedContext context)
    {
        if (context.Exception is not (SecurityTokenSignatureKeyNotFoundException or InvalidOperationException))
            return;
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
        {
            throw new RefusedException(ErrorCodes.ServiceUnavailable, "Tokens cannot be checked right now. Try again in a moment.")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
    }
}
