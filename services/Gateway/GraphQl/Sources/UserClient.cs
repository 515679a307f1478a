using System.Globalization;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>The user service on behalf of a caller.</summary>
internal sealed class UserClient(HttpClient http)
{
    public async Task<SignIn> SignInAsync(
        CallerHeaders caller,
        string step,
        object request,
        string? key,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<SignIn>(caller, HttpMethod.Post, "/api/auth/" + step, request, cancellationToken, key))!;

    public async Task<User> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<User>(caller, HttpMethod.Get, "/api/users/" + Uri.EscapeDataString(id), null, cancellationToken))!;

    /// <summary>Those of some accounts that the caller may see.</summary>
    public async Task<IReadOnlyList<User>> FindAsync(
        CallerHeaders caller,
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<IReadOnlyList<User>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query("/api/users/by-ids", ("ids", string.Join(',', ids))),
                null,
                cancellationToken
            )
        )!;

    public async Task<Page<User>> ListAsync(
        CallerHeaders caller,
        string? role,
        string? text,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Page<User>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query(
                    "/api/users",
                    ("role", role),
                    ("q", text),
                    ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
                    ("cursor", cursor)
                ),
                null,
                cancellationToken
            )
        )!;
}
