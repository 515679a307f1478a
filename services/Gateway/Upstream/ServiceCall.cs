using System.Net;
using System.Net.Http.Json;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.Upstream;

/// <summary>A call of a service on behalf of a caller; a refusal comes back as the service worded it.</summary>
internal static class ServiceCall
{
    // The most that the services give at once.
    private const string PageSize = "200";

    /// <summary>Sends it and reads the answer; <c>default</c> where there is no content.</summary>
    /// <exception cref="RefusedException">The service refuses, or is away.</exception>
    public static async Task<T?> SendAsync<T>(
        this HttpClient http,
        CallerHeaders caller,
        HttpMethod method,
        string path,
        object? body,
        CancellationToken cancellationToken,
        string? idempotencyKey = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        caller.Apply(request.Headers);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (body is not null)
            request.Content = JsonContent.Create(body, options: GatewayJson.Options);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw await ServiceRefusal.ReadAsync(answer, cancellationToken);
            return answer.StatusCode == HttpStatusCode.NoContent
                ? default
                : await answer.Content.ReadFromJsonAsync<T>(GatewayJson.Options, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or Polly.ExecutionRejectedException)
        {
            throw new RefusedException(ErrorCodes.ServiceUnavailable, "A part of the system is away. Try again in a moment.")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
    }

    /// <summary>All of a list, page by page.</summary>
    /// <param name="http">The service.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="path">The list.</param>
    /// <param name="parameters">What it is narrowed by.</param>
    /// <param name="most">Where it stops asking for more.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">The service refuses, or is away.</exception>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(
        this HttpClient http,
        CallerHeaders caller,
        string path,
        IReadOnlyList<(string Name, string? Value)> parameters,
        int most,
        CancellationToken cancellationToken
    )
    {
        var all = new List<T>();
        string? cursor = null;
        do
        {
            var page = (
                await http.SendAsync<Page<T>>(
                    caller,
                    HttpMethod.Get,
                    Query(path, [.. parameters, ("limit", PageSize), ("cursor", cursor)]),
                    null,
                    cancellationToken
                )
            )!;
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        } while (cursor is not null && all.Count < most);
        return all;
    }

    /// <summary>A path with the parameters that are given.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new List<string>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query.Add(name + "=" + Uri.EscapeDataString(value));
        }

        return query.Count == 0 ? path : path + "?" + string.Join('&', query);
    }
}
