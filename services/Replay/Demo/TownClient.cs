using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SmartQueue.Replay.Play;

namespace SmartQueue.Replay.Demo;

/// <summary>The public interface, as the staff and the customers of the town hall use it.</summary>
internal sealed class TownClient(HttpClient http, TimeProvider time, string password)
{
    /// <summary>Asks as somebody of the staff.</summary>
    public async Task<ApiAnswer> AsAsync(
        TownPerson person,
        HttpMethod method,
        string path,
        object? body,
        CancellationToken cancellationToken
    ) =>
        await SendAsync(
            method,
            path,
            body,
            new AuthenticationHeaderValue("Bearer", await TokenAsync(person, cancellationToken)),
            null,
            cancellationToken
        );

    /// <summary>Asks as a guest, of a ticket where there is its token.</summary>
    public Task<ApiAnswer> AsGuestAsync(
        HttpMethod method,
        string path,
        object? body,
        string? trackingToken,
        CancellationToken cancellationToken
    ) => SendAsync(method, path, body, null, trackingToken, cancellationToken);

    private async Task<string> TokenAsync(TownPerson person, CancellationToken cancellationToken)
    {
        if (person.AccessToken is { } good && time.GetUtcNow() < person.RenewAt)
            return good;
        var answer = person.RefreshToken is { } refresh
            ? await AsGuestAsync(HttpMethod.Post, "/api/auth/refresh", new { refreshToken = refresh }, null, cancellationToken)
            : null;
        // A session ends for good after a while: then only the password helps.
        if (answer is not { Succeeded: true })
            answer = await AsGuestAsync(
                HttpMethod.Post,
                "/api/auth/login",
                new { email = person.Email, password },
                null,
                cancellationToken
            );
        return Keep(person, answer);
    }

    /// <summary>Takes over what an answer says of a sign-in.</summary>
    /// <exception cref="ApiException">It is none.</exception>
    public string Keep(TownPerson person, ApiAnswer answer)
    {
        if (
            answer.Text("accessToken") is not { } access
            || answer.Text("refreshToken") is not { } refresh
            || answer.Whole(null, "expiresIn") is not { } seconds
        )
            throw new ApiException($"{person.Email} cannot sign in: {answer.Text("error") ?? answer.Code}", answer.Code);
        (person.AccessToken, person.RefreshToken) = (access, refresh);
        person.RenewAt = time.GetUtcNow() + TimeSpan.FromSeconds(seconds * 0.9);
        return access;
    }

    private async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        object? body,
        AuthenticationHeaderValue? authorization,
        string? trackingToken,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = authorization;
        if (trackingToken is not null)
            request.Headers.Add("X-Tracking-Token", trackingToken);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web);
        using var response = await http.SendAsync(request, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var answer = new ApiAnswer((int)response.StatusCode, "", bytes.Length == 0 ? default : JsonElement.Parse(bytes));
        return answer.Succeeded ? answer : answer with { Code = answer.Text("code") ?? $"HTTP_{answer.Status}" };
    }
}
