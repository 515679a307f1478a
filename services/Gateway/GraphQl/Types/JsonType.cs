using GraphQL.Types;
using GraphQLParser.AST;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A JSON value of any shape.</summary>
internal sealed class JsonType : ScalarGraphType
{
    public JsonType()
    {
        Name = "JSON";
        Description = "A JSON value of any shape.";
    }

    public override object? ParseLiteral(GraphQLValue value) =>
        value switch
        {
            GraphQLNullValue => null,
            GraphQLBooleanValue b => b.BoolValue,
            GraphQLIntValue i => long.TryParse(i.Value.Span, out var whole) ? whole : throw new FormatException("The number is too large."),
            GraphQLFloatValue f => double.Parse(
                f.Value.Span,
                System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture
            ),
            GraphQLStringValue s => s.Value.ToString(),
            GraphQLListValue list => list.Values?.Select(ParseLiteral).ToList() ?? [],
            GraphQLObjectValue o => o.Fields?.ToDictionary(f => f.Name.StringValue, f => ParseLiteral(f.Value)) ?? [],
            _ => ThrowLiteralConversionError(value),
        };

    public override bool CanParseLiteral(GraphQLValue value) => value is not (GraphQLVariable or GraphQLEnumValue);

    public override object? ParseValue(object? value) => value;

    public override object? Serialize(object? value) => value;
}
