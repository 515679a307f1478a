namespace SmartQueue.Gateway.Tests;

public sealed class SecurityHeaderTests
{
    [Fact]
    public async Task No_page_may_run_what_is_not_ours()
    {
        await using var host = await GatewayHost.StartAsync();
        using var answer = await host.Process.Guest().GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.All(["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"], rule =>
            Assert.Contains(rule, policy, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    public async Task Over_https_the_browser_is_told_to_stay_there(string scheme, bool told)
    {
        await using var host = await GatewayHost.StartAsync();
        using var answer = await host.Process.Guest().GetAsync(new Uri($"{scheme}://localhost/"), TestContext.Current.CancellationToken);
        Assert.Equal(told, answer.Headers.Contains("Strict-Transport-Security"));
    }
}
