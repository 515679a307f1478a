using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.Upstream;

/// <summary>A call of a service on behalf of a caller; a refusal comes back as the service worded it.</summary>
internal static class ServiceCall
{
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
                throw await RefusalOfAsync(answer, cancellationToken);
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

    private static async Task<RefusedException> RefusalOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        Problem? problem = null;
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            try
            {
                problem = await answer.Content.ReadFromJsonAsync<Problem>(JsonSerializerOptions.Web, cancellationToken);
            }
            catch (JsonException)
            {
                // The status says enough.
            }
        }

        return new RefusedException(
            problem?.Code ?? ErrorCodes.OfStatus((int)answer.StatusCode),
            problem?.Error ?? "The request was refused."
        )
        {
            Fields = problem?.Errors,
            RetryAfter = answer.Headers.RetryAfter?.Delta,
        };
    }

    private sealed record Problem(string? Code, string? Error, Dictionary<string, string[]>? Errors);
}
