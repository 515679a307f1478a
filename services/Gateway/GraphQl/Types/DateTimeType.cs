using System.Globalization;
using GraphQL.Types;
using GraphQLParser.AST;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A time, RFC 3339.</summary>
internal sealed class DateTimeType : ScalarGraphType
{
    public DateTimeType()
    {
        Name = "DateTime";
        Description = "A time, RFC 3339, UTC.";
    }

    public override object? Serialize(object? value) =>
        value is DateTimeOffset time
            ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : base.Serialize(value);

    public override object? ParseLiteral(GraphQLValue value) =>
        value switch
        {
            GraphQLNullValue => null,
            GraphQLStringValue text when Rfc3339.TryParse(text.Value.ToString(), out var time) => time,
            _ => ThrowLiteralConversionError(value, Rfc3339.Rule),
        };

    public override object? ParseValue(object? value) =>
        value switch
        {
            null => null,
            DateTimeOffset => value,
            string text when Rfc3339.TryParse(text, out var time) => time,
            _ => ThrowValueConversionError(value),
        };
}
