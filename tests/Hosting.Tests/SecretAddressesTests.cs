using System.Diagnostics;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Tests;

public sealed class SecretAddressesTests
{
    [Theory]
    [InlineData("url.path", "/api/appointments/feeds/s3cret_-.ics", "/api/appointments/feeds/Redacted.ics")]
    [InlineData(
        "url.full",
        "http://127.0.0.1:4006/api/Appointments/feeds/s3cret.ics?x=1",
        "http://127.0.0.1:4006/api/Appointments/feeds/Redacted.ics?x=1"
    )]
    [InlineData("url.path", "/api/appointments/feeds/0199", "/api/appointments/feeds/0199")]
    [InlineData("url.path", "/api/appointments/0199.ics", "/api/appointments/0199.ics")]
    public void A_span_tells_no_secret_of_a_calendar(string tag, string address, string told)
    {
        using var processor = new SecretAddresses();
        using var span = new Activity("GET");
        span.SetTag(tag, address);

        processor.OnEnd(span);

        Assert.Equal(told, span.GetTagItem(tag));
    }
}
