using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartQueue.Hosting.Http;

/// <summary>JSON as the contract has it, wherever it leaves or enters the system.</summary>
public static class WireConventions
{
    private const int MaxDepth = 16;

    /// <summary>Sets strict numbers, no repeated properties, bounded depth and times in UTC with milliseconds.</summary>
    public static void UseWireConventions(this JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new UtcDateTimeConverter());
    }
}
