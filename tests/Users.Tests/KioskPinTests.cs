using System.Net;
using System.Text.Json;
using SmartQueue.Users.Credentials;

namespace SmartQueue.Users.Tests;

/// <summary>The PIN that lets staff out of a kiosk.</summary>
public sealed class KioskPinTests
{
    [Fact]
    public async Task A_pin_is_told_from_others_by_what_the_kiosk_keeps_alone()
    {
        await using var host = await AccountsHost.StartAsync();
        var seal = await SealAsync(host, "2468");
        Assert.DoesNotContain("2468", seal, StringComparison.Ordinal);
        Assert.NotEqual(seal, await SealAsync(host, "2468"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await CheckAsync(host, seal, "1111")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await CheckAsync(host, seal, "2468")).StatusCode);
    }

    [Fact]
    public async Task Guesses_are_counted_here_and_wait_longer_each_time()
    {
        await using var host = await AccountsHost.StartAsync();
        var seal = await SealAsync(host, "2468");
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await CheckAsync(host, seal, "1111")).StatusCode);
        foreach (var seconds in (double[])[2, 4, 8])
        {
            using var refused = await CheckAsync(host, seal, "2468");
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(seconds, refused.Headers.RetryAfter?.Delta?.TotalSeconds);
            host.Time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(HttpStatusCode.Unauthorized, (await CheckAsync(host, seal, "1111")).StatusCode);
        }

        // Those of another kiosk are its own.
        Assert.Equal(HttpStatusCode.NoContent, (await CheckAsync(host, await SealAsync(host, "1357"), "1357")).StatusCode);
        host.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(HttpStatusCode.NoContent, (await CheckAsync(host, seal, "2468")).StatusCode);
    }

    [Theory]
    [InlineData("246")]
    [InlineData("123456789")]
    [InlineData("24a8")]
    [InlineData(null)]
    public async Task A_pin_has_four_to_eight_digits(string? pin)
    {
        await using var host = await AccountsHost.StartAsync();
        using var refused = await PostAsync(host, "", new { pin });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory]
    [InlineData("anything")]
    // It would keep a core busy for hours.
    [InlineData("$2a$31$......................................................")]
    public async Task What_nobody_was_given_is_refused_before_it_costs_anything(string seal)
    {
        await using var host = await AccountsHost.StartAsync();
        using var refused = await CheckAsync(host, seal, "2468");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private static async Task<string> SealAsync(AccountsHost host, string pin)
    {
        using var answer = await PostAsync(host, "", new { pin });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(AccountsHost.Token)).RootElement.GetProperty("seal").GetString()!;
    }

    private static Task<HttpResponseMessage> CheckAsync(AccountsHost host, string seal, string pin) =>
        PostAsync(host, "/check", new { seal, pin });

    private static Task<HttpResponseMessage> PostAsync(AccountsHost host, string path, object body) =>
        SendAsync(host.Guest, HttpMethod.Post, "/api/auth/pins" + path, body);
}
