using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartQueue.Hosting.Errors;

/// <summary>The refusal of a service that another asked.</summary>
public static class ServiceRefusal
{
    /// <summary>What an answer that is no success says, as the service worded it.</summary>
    public static async Task<RefusedException> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
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
            Facts = problem?.Facts?.ToDictionary(f => f.Key, f => (object?)f.Value),
            RetryAfter = answer.Headers.RetryAfter?.Delta,
        };
    }

    // Those that every problem has are named, so that what is left are the facts of this one.
    private sealed record Problem(
        string? Code,
        string? Error,
        Dictionary<string, string[]>? Errors,
        string? Type,
        string? Title,
        int? Status,
        string? Detail,
        string? TraceId,
        bool? Success
    )
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Facts { get; init; }
    }
}
