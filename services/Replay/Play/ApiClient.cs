using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SmartQueue.Replay.Play;

/// <summary>The public interface over HTTP. Answers that say to come back later are asked again; the operator's token is renewed in
/// time.</summary>
internal sealed class ApiClient : IDisposable
{
    private const int MaxRetries = 5;

    // An overloaded system must not use up this process's sockets. What waits for a connection here counts as latency, of every kind
    // of step, so there are many.
    private const int MaxConnections = 4096;
    private static readonly TimeSpan RenewAhead = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly ReplayArguments _arguments;
    private readonly TimeProvider _time;
    private readonly Action _refused;
    private readonly SemaphoreSlim _signIn = new(1);
    private volatile Session? _session;

    public ApiClient(ReplayArguments arguments, TimeProvider time, Action refused)
    {
        _arguments = arguments;
        _time = time;
        _refused = refused;
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                MaxConnectionsPerServer = MaxConnections,
                UseCookies = false,
                UseProxy = false,
            }
        )
        {
            BaseAddress = arguments.Url,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>Signs in, so that a wrong password is known before anything is done.</summary>
    public Task SignInAsync(CancellationToken cancellationToken) => AccessTokenAsync(cancellationToken).AsTask();

    /// <summary>Asks as the admin.</summary>
    public async Task<ApiAnswer> AsOperatorAsync(
        HttpMethod method,
        string path,
        object? body,
        CancellationToken cancellationToken,
        string? idempotencyKey = null
    )
    {
        try
        {
            var token = await AccessTokenAsync(cancellationToken);
            return await SendAsync(
                method,
                path,
                body,
                request =>
                {
                    request.Authorization = new AuthenticationHeaderValue("Bearer", token);
                    if (idempotencyKey is not null)
                        request.Add("Idempotency-Key", idempotencyKey);
                },
                cancellationToken
            );
        }
        catch (ApiException e)
        {
            return new ApiAnswer(0, e.Code, default);
        }
    }

    /// <summary>Takes a number as a guest.</summary>
    public Task<ApiAnswer> TakeAsync(string queueId, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            "/api/tickets",
            new { queueId },
            request => request.Add("Idempotency-Key", idempotencyKey),
            cancellationToken
        );

    /// <summary>Gives a number up as the guest who took it.</summary>
    public Task<ApiAnswer> CancelAsync(string ticketId, string trackingToken, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Delete,
            $"/api/tickets/{ticketId}",
            null,
            request => request.Add("X-Tracking-Token", trackingToken),
            cancellationToken
        );

    public void Dispose()
    {
        _http.Dispose();
        _signIn.Dispose();
    }

    private async ValueTask<string> AccessTokenAsync(CancellationToken cancellationToken)
    {
        if (_session is { } session && _time.GetUtcNow() < session.RenewAt)
            return session.AccessToken;
        await _signIn.WaitAsync(cancellationToken);
        try
        {
            if (_session is { } renewed && _time.GetUtcNow() < renewed.RenewAt)
                return renewed.AccessToken;
            var answer = _session is null
                ? null
                : await PostAsync("/api/auth/refresh", new { refreshToken = _session.RefreshToken }, cancellationToken);
            // A refresh token works once: if its answer was lost, only the password helps.
            if (answer is not { Succeeded: true })
                answer = await PostAsync(
                    "/api/auth/login",
                    new { email = _arguments.Email, password = _arguments.Password },
                    cancellationToken
                );
            if (!answer.Succeeded)
                throw new ApiException(
                    $"{_arguments.Email} cannot sign in at {_arguments.Url}: {answer.Text("error") ?? answer.Code}",
                    answer.Code
                );
            if (
                answer.Text("accessToken") is not { } access
                || answer.Text("refreshToken") is not { } refresh
                || answer.Whole(null, "expiresIn") is not { } seconds
            )
                throw new ApiException($"The answer to signing in at {_arguments.Url} has no tokens.", "BAD_ANSWER");
            var life = TimeSpan.FromSeconds(seconds);
            var margin = life / 4 < RenewAhead ? life / 4 : RenewAhead;
            _session = new Session(access, refresh, _time.GetUtcNow() + life - margin);
            return access;
        }
        finally
        {
            _signIn.Release();
        }
    }

    private Task<ApiAnswer> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, _ => { }, cancellationToken);

    private async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        object? body,
        Action<HttpRequestHeaders> addHeaders,
        CancellationToken cancellationToken
    )
    {
        var bytes = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web);
        for (var retries = 0; ; retries++)
        {
            TimeSpan pause;
            try
            {
                using var request = new HttpRequestMessage(method, path);
                addHeaders(request.Headers);
                if (bytes is not null)
                {
                    request.Content = new ByteArrayContent(bytes);
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                }

                using var response = await _http.SendAsync(request, cancellationToken);
                var later = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                if (later)
                    _refused();
                if (!later || retries == MaxRetries)
                    return await AnswerAsync(response, cancellationToken);
                pause = RetryAfter(response.Headers.RetryAfter);
            }
            catch (HttpRequestException e)
            {
                return new ApiAnswer(0, e.HttpRequestError == HttpRequestError.ConnectionError ? "NO_CONNECTION" : "NO_ANSWER", default);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new ApiAnswer(0, "TIMEOUT", default);
            }

            await Task.Delay(pause, cancellationToken);
        }
    }

    private TimeSpan RetryAfter(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : DefaultRetryAfter);
        return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }

    private static async Task<ApiAnswer> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        JsonElement body = default;
        if (response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json")
        {
            try
            {
                body = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            }
            catch (JsonException)
            {
                return new ApiAnswer(status is >= 200 and < 300 ? 0 : status, "BAD_ANSWER", default);
            }
        }

        var answer = new ApiAnswer(status, "", body);
        return answer.Succeeded ? answer : answer with { Code = answer.Text("code") ?? $"HTTP_{status}" };
    }

    private sealed record Session(string AccessToken, string RefreshToken, DateTimeOffset RenewAt);
}
