using System.Text.Json;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.Upstream;

/// <summary>JSON of the services and of the hub: as the contract has it.</summary>
internal static class GatewayJson
{
    public static readonly JsonSerializerOptions Options = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        options.UseWireConventions();
        return options;
    }
}
