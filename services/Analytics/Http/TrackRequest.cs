using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmartQueue.Analytics.Facts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Http;

/// <summary>What a client reports.</summary>
/// <param name="EventType">What happened: at most 64 of letters, digits and <c>_ . : -</c>.</param>
/// <param name="QueueId">The queue it is about.</param>
/// <param name="Metadata">A JSON object of at most 2 KB, 5 levels and 50 members and items.</param>
/// <param name="Timestamp">When, if not now; at most 5 minutes ahead, for clocks that are fast.</param>
internal sealed partial record TrackRequest(string? EventType, string? QueueId, JsonElement? Metadata, DateTimeOffset? Timestamp)
{
    private const int MaxIdLength = 64;
    private const int MaxMetadataSize = 2 * 1024;
    private const int MaxMetadataDepth = 5;
    private const int MaxMetadataMembers = 50;
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    /// <summary>The event, if the request is sound.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public TrackedEvent Read(string id, string userId, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(EventType))
            errors.Add("eventType", "is required");
        else if (!TypePattern().IsMatch(EventType))
            errors.Add("eventType", "must be 1 to 64 letters, digits, or _ . : -");
        var queueId = errors.Optional("queueId", QueueId, MaxIdLength);
        if (Timestamp > now + MaxAhead)
            errors.Add("timestamp", "must not be in the future");
        if (Timestamp is { Year: < 1970 })
            errors.Add("timestamp", "must not be before 1970");
        var metadata = ReadMetadata(errors);
        errors.ThrowIfAny();
        return new TrackedEvent
        {
            Id = id,
            UserId = userId,
            EventType = EventType!,
            QueueId = queueId,
            Metadata = metadata,
            Timestamp = Timestamp ?? now,
            ReceivedAt = now,
        };
    }

    private string? ReadMetadata(FieldErrors errors)
    {
        if (Metadata is not { } metadata)
            return null;
        var text = metadata.GetRawText();
        if (metadata.ValueKind != JsonValueKind.Object)
            errors.Add("metadata", "must be a JSON object");
        else if (Encoding.UTF8.GetByteCount(text) > MaxMetadataSize)
            errors.Add("metadata", "must be at most 2 KB");
        else if (Depth(metadata) > MaxMetadataDepth)
            errors.Add("metadata", "must be at most 5 levels deep");
        else if (Members(metadata) > MaxMetadataMembers)
            errors.Add("metadata", "must have at most 50 members and items in all");
        return text;
    }

    private static int Depth(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => 1 + element.EnumerateObject().Select(p => Depth(p.Value)).DefaultIfEmpty().Max(),
            JsonValueKind.Array => 1 + element.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
            _ => 0,
        };

    private static int Members(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Sum(p => 1 + Members(p.Value)),
            JsonValueKind.Array => element.EnumerateArray().Sum(item => 1 + Members(item)),
            _ => 0,
        };

    [GeneratedRegex(@"^[A-Za-z0-9_.:-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypePattern();
}
