using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenTelemetry;

namespace SmartQueue.Hosting.Telemetry;

/// <summary>Takes out of spans the secrets that stand in the paths of addresses, as in the link of a calendar. Those of queries the
/// instrumentation takes out itself.</summary>
internal sealed partial class SecretAddresses : BaseProcessor<Activity>
{
    private static readonly string[] Tags = ["url.path", "url.full"];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var tag in Tags)
        {
            if (data.GetTagItem(tag) is string address && Secret().IsMatch(address))
                data.SetTag(tag, Secret().Replace(address, "Redacted"));
        }
    }

    [GeneratedRegex("(?<=/api/appointments/feeds/)[^/?#]+(?=\\.ics)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
