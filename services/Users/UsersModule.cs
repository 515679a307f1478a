using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Modules;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Http;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>The user service: accounts, sessions and the keys tokens are signed with.</summary>
public sealed class UsersModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Users;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes => ["/api/auth/{**rest}", "/api/users/{**rest}", "/.well-known/{**rest}"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public void AddStorage(IServiceCollection services, ModuleContext context) => services.AddUserStorage(context);

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        var options = UsersOptions.From(context);
        services.AddSingleton(options);
        if (options.SigningKeyFile is { } file)
            services.AddSingleton<IKeySource>(new FileKeys(file));
        else
            services.AddSingleton<IKeySource, StoredKeys>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigurationManager<OpenIdConnectConfiguration>>(sp => sp.GetRequiredService<KeyRing>());
        services.AddSingleton<Passwords>();
        services.AddSingleton<PasswordProof>();
        services.AddSingleton<KioskPins>();
        services.AddSingleton<DeviceTokens>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<AccountLinks>();
        services.AddSingleton<StoredRevokedTokens>();
        services.AddSingleton<IRevokedTokenSource>(sp => sp.GetRequiredService<StoredRevokedTokens>());
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<UserDesk>();
        services.AddSingleton<SignInDesk>();
        services.AddSingleton<LinkDesk>();
        services.AddSingleton<ForgottenPasswords>();
        services.AddHostedService(sp => sp.GetRequiredService<ForgottenPasswords>());
        services.AddHostedService<SigningKeyStart>();
        services.AddHostedService<FirstAdmin>();
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes) => UsersApi.Map(routes);
}
