using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Tests;

public class ClientNetworkTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("::1", "::1")]
    public void An_IPv4_address_stands_for_itself_and_an_IPv6_address_for_its_subscriber(string address, string network) =>
        Assert.Equal(network, ClientNetwork.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("::1", null, true)]
    [InlineData(null, null, true)]
    [InlineData("127.0.0.1", "X-Forwarded-For", false)]
    [InlineData("127.0.0.1", "X-Forwarded-Proto", true)]
    [InlineData("192.168.1.5", null, false)]
    public async Task Only_what_was_not_forwarded_comes_from_this_machine(string? address, string? header, bool expected)
    {
        var context = Request(address);
        if (header is not null)
            context.Request.Headers[header] = header.EndsWith("Proto", StringComparison.Ordinal) ? "http" : "127.0.0.1";
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        await ClientNetwork.NoteForwarded(
            context,
            new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, Options.Create(options)).Invoke
        );

        Assert.Equal(expected, ClientNetwork.IsThisMachine(context));
        Assert.Equal(expected, Hall(null).Contains(context));
        Assert.Equal(expected, ClientNetwork.ForwardedFor(context) is null);
    }

    [Fact]
    public void The_hall_is_what_the_setting_names()
    {
        var hall = Hall("192.168.7.0/24, 2001:db8::/32,10.1.1.1");

        Assert.All(["192.168.7.9", "::ffff:192.168.7.9", "2001:db8:5::1", "10.1.1.1"], address =>
            Assert.True(hall.Contains(Request(address)))
        );
        Assert.All(["192.168.8.9", "2001:db9::1", "10.1.1.2", "127.0.0.1"], address => Assert.False(hall.Contains(Request(address))));
    }

    [Fact]
    public void A_wrong_network_stops_the_start()
    {
        var refusal = Assert.Throws<StartupException>(() => Hall("10.0.0.0/8, the hall"));
        Assert.Equal("HALL_NETWORKS must be networks such as 10.0.0.0/8 with commas between, but has 'the hall'.", refusal.Message);
    }

    private static HallNetworks Hall(string? setting) =>
        HallNetworks.From(
            new SettingsReader(
                new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["HALL_NETWORKS"] = setting }).Build()
            )
        );

    private static DefaultHttpContext Request(string? address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        return context;
    }
}
