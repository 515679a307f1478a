using System.Text.Json;
using GraphQL.Types;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>An appointment's status, named as everywhere else on the wire.</summary>
internal sealed class AppointmentStatusType : EnumerationGraphType<AppointmentStatus>
{
    public AppointmentStatusType() => Description = "Where an appointment is in its life.";

    protected override string ChangeEnumCase(string val) => JsonNamingPolicy.SnakeCaseLower.ConvertName(val);
}
