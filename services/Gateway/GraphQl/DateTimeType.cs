using System.Globalization;
using GraphQL.Types;

namespace SmartQueue.Gateway.GraphQl;

/// <summary>A time, RFC 3339.</summary>
internal sealed class DateTimeType : DateTimeOffsetGraphType
{
    public DateTimeType()
    {
        Name = "DateTime";
        Description = "A time, RFC 3339, UTC.";
    }

    public override object? Serialize(object? value) =>
        value is DateTimeOffset time ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : base.Serialize(value);
}
