using System.Net.Http.Json;
using System.Text.Json;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Auth;

/// <summary>Asks the user service.</summary>
internal sealed class RevokedTokenClient(IHttpClientFactory clients, ModuleContext context) : IRevokedTokenSource
{
    public async Task<IReadOnlyList<RevokedToken>> ReadAsync(CancellationToken cancellationToken) =>
        await clients
            .CreateClient(ServiceNames.Users)
            .GetFromJsonAsync<IReadOnlyList<RevokedToken>>(
                new Uri(context.AddressOf(ServiceNames.Users), "/.well-known/revoked-tokens"),
                JsonSerializerOptions.Web,
                cancellationToken
            )
        ?? [];
}
