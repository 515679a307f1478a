using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartQueue.Hosting.Http;

/// <summary>Times on the wire: RFC 3339 in UTC with milliseconds, such as <c>2026-03-29T08:15:00.000Z</c>.</summary>
internal sealed class UtcDateTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Rfc3339.TryParse(reader.GetString()!, out var value)
            ? value
            : throw new JsonException(Rfc3339.Rule);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
