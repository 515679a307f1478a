using Microsoft.Extensions.Configuration;
using SmartQueue.Gateway.Edge;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Gateway.Tests;

public sealed class EdgeOptionsTests
{
    [Theory]
    [InlineData("CORS_ORIGINS", "example.org")]
    [InlineData("CORS_ORIGINS", "https://example.org/")]
    [InlineData("CORS_ORIGINS", "https://example.org/page")]
    [InlineData("CORS_ORIGINS", "https://me@example.org")]
    [InlineData("CORS_ORIGINS", "ftp://example.org")]
    [InlineData("CORS_ORIGINS", "https://example.org,*")]
    [InlineData("RATE_LIMIT_PER_ACCOUNT", "many")]
    [InlineData("RATE_LIMIT_PER_ACCOUNT", "-1")]
    [InlineData("RATE_LIMIT_PER_ADDRESS", "1.5")]
    [InlineData("RATE_LIMIT_PER_ADDRESS", "1000001")]
    [InlineData("CONNECTIONS_PER_ADDRESS", "-1")]
    [InlineData("OPERATIONS_NETWORKS", "10.0.0.0/33")]
    public void A_wrong_setting_is_named(string name, string value) =>
        Assert.Contains(name, Assert.Throws<StartupException>(() => From(name, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Origins_are_read_one_by_one() =>
        Assert.Equal(
            ["https://a.example", "http://b.example:8080"],
            From("CORS_ORIGINS", "https://a.example, http://b.example:8080").Origins
        );

    [Fact]
    public void Without_settings_no_other_site_may_call_and_there_are_limits()
    {
        var options = From("OTHER", "");
        Assert.Empty(options.Origins);
        Assert.Equal((50, 500, 1_000), (options.PerAccount, options.PerAddress, options.Connections));
        Assert.All(["127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "fd00::1"], a => Assert.True(IsOperations(a), a));
        Assert.All(["172.32.0.1", "203.0.113.1", "2001:db8::1"], a => Assert.False(IsOperations(a), a));

        bool IsOperations(string address) => options.Operations.Any(n => n.Contains(System.Net.IPAddress.Parse(address)));
    }

    private static EdgeOptions From(string name, string value) =>
        EdgeOptions.From(new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build()));
}
