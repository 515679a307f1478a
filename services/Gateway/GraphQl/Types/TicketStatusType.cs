using System.Text.Json;
using GraphQL.Types;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A ticket's status, named as everywhere else on the wire.</summary>
internal sealed class TicketStatusType : EnumerationGraphType<TicketStatus>
{
    public TicketStatusType() => Description = "Where a ticket stands in its life.";

    protected override string ChangeEnumCase(string val) => JsonNamingPolicy.SnakeCaseLower.ConvertName(val);
}
