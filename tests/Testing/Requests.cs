using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartQueue.Testing;

/// <summary>Requests to an API under test, and what their answers must be.</summary>
public static class Requests
{
    private static readonly string[] ProblemMembers = ["type", "title", "detail", "traceId", "error"];

    /// <summary>Sends a request.</summary>
    /// <param name="client">Who sends it.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query.</param>
    /// <param name="body">Content, or what becomes JSON; <c>null</c> for none.</param>
    /// <param name="ifMatch">The version that must be current.</param>
    /// <param name="token">A ticket's tracking token.</param>
    /// <param name="key">The idempotency key.</param>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null,
        string? token = null,
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (token is not null)
            request.Headers.Add("X-Tracking-Token", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The body of an answer that must have this status; nothing for an empty one.</summary>
    public static async Task<JsonElement> AnswerAsync(HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>A text in an answer.</summary>
    public static string Text(JsonElement answer, string property) => answer.GetProperty(property).GetString()!;

    /// <summary>The problem that must have this status and code, with all that clients read of one.</summary>
    public static async Task<JsonElement> RefusalAsync(HttpResponseMessage response, int status, string code)
    {
        var problem = await AnswerAsync(response, (HttpStatusCode)status);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.False(problem.GetProperty("success").GetBoolean());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.All(ProblemMembers, p => Assert.False(string.IsNullOrEmpty(problem.GetProperty(p).GetString())));
        return problem;
    }
}
