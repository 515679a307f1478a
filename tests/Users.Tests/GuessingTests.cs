using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Errors;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Tests;

/// <summary>The throttle of sign-ins.</summary>
public sealed class GuessingTests
{
    private readonly FakeTimeProvider time = new();
    private readonly LoginThrottle throttle;

    public GuessingTests() => throttle = new LoginThrottle(time);

    [Fact]
    public void Guesses_from_an_address_wait_longer_each_time()
    {
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
        var waits = new List<double>();
        for (var n = 0; n < 4; n++)
        {
            var wait = Refused("a@x.y", "1.1.1.1");
            waits.Add(wait.TotalSeconds);
            time.Advance(wait);
            throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
        }

        Assert.Equal([2, 4, 8, 16], waits);
    }

    [Fact]
    public async Task Guesses_at_once_count_each()
    {
        var allowed = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(_ =>
                    Task.Run(
                        () =>
                        {
                            try
                            {
                                throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
                                Interlocked.Increment(ref allowed);
                            }
                            catch (RefusedException)
                            {
                                // Too soon.
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );
        Assert.Equal(LoginThrottle.PairFailures, allowed);
    }

    [Fact]
    public void A_stranger_does_not_lock_the_owner_out()
    {
        throttle.Begin(Stranger("a@x.y", "9.9.9.9"));
        throttle.Succeeded(Stranger("a@x.y", "9.9.9.9"));
        for (var n = 0; n < 500; n++)
            Try("a@x.y", $"1.1.{n / 250}.{n % 250}");
        Assert.InRange(Refused("a@x.y", "8.8.8.8").TotalSeconds, 1, 5);
        throttle.Begin(Stranger("a@x.y", "9.9.9.9"));
    }

    [Fact]
    public void From_a_new_address_the_owner_of_an_attacked_account_waits_seconds_only()
    {
        for (var n = 0; n < 500; n++)
            Try("a@x.y", $"1.1.{n / 250}.{n % 250}");
        time.Advance(Refused("a@x.y", "8.8.8.8"));
        throttle.Begin(Stranger("a@x.y", "8.8.8.8"));
    }

    [Fact]
    public void A_hall_behind_one_address_signs_in_freely()
    {
        // All of them at once: first everybody begins.
        for (var n = 0; n < 1000; n++)
            throttle.Begin(Stranger($"{n}@x.y", "1.1.1.1"));
        for (var n = 0; n < 1000; n++)
            throttle.Succeeded(Stranger($"{n}@x.y", "1.1.1.1"));
        for (var n = 0; n < 1000; n++)
            throttle.Begin(Stranger($"{n}@x.y", "1.1.1.1"));
    }

    [Fact]
    public void An_address_that_fails_on_many_accounts_waits()
    {
        for (var n = 0; n < LoginThrottle.NetworkFailures; n++)
        {
            throttle.Begin(Stranger($"{n}@x.y", "1.1.1.1"));
            throttle.Failed(Stranger($"{n}@x.y", "1.1.1.1"));
        }

        Assert.Equal(10, Refused("new@x.y", "1.1.1.1").TotalSeconds);
        throttle.Begin(Stranger("new@x.y", "2.2.2.2"));
    }

    [Fact]
    public void An_address_of_version_6_is_its_network()
    {
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            throttle.Begin(Stranger("a@x.y", NetworkOf($"2001:db8::{n + 1}")));
        Refused("a@x.y", NetworkOf("2001:db8::ffff"));
        throttle.Begin(Stranger("a@x.y", NetworkOf("2001:db8:1::1")));

        static string NetworkOf(string address) => Hosting.Http.ClientNetwork.Of(System.Net.IPAddress.Parse(address));
    }

    [Fact]
    public void Guesses_of_strangers_never_use_up_the_turn_of_a_device_that_signed_in_before_from_wherever_they_come()
    {
        var device = new SignInAttempt("a@x.y", "1.1.1.1", "the counter's computer");
        throttle.Begin(device);
        throttle.Succeeded(device);
        for (var n = 0; n < 500; n++)
            Try("a@x.y", "1.1.1.1");
        for (var n = 0; n < 500; n++)
            Try("a@x.y", $"2.2.{n / 250}.{n % 250}");
        for (var n = 0; n < LoginThrottle.NetworkFailures; n++)
            throttle.Failed(Stranger($"{n}@x.y", "1.1.1.1"));
        Refused("a@x.y", "1.1.1.1");
        for (var n = 0; n < 100; n++)
        {
            throttle.Begin(device);
            throttle.Succeeded(device);
            Try("a@x.y", "1.1.1.1");
        }
    }

    [Fact]
    public void A_device_that_guesses_waits_by_itself_and_holds_nobody_up()
    {
        var device = new SignInAttempt("a@x.y", "1.1.1.1", "stolen");
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
        {
            throttle.Begin(device);
            throttle.Failed(device);
        }

        Assert.Equal(2, Assert.Throws<RefusedException>(() => throttle.Begin(device)).RetryAfter?.TotalSeconds);
        throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
        throttle.Begin(device with { Device = "another" });
    }

    [Fact]
    public void Links_are_mailed_to_an_address_a_few_times_and_then_every_ten_minutes()
    {
        for (var n = 0; n < LoginThrottle.LinksPerEmail; n++)
            Assert.True(throttle.MayMail("a@x.y"));
        Assert.False(throttle.MayMail("a@x.y"));
        Assert.True(throttle.MayMail("b@x.y"));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(throttle.MayMail("a@x.y"));
        Assert.False(throttle.MayMail("a@x.y"));
        for (var n = 0; n < LoginThrottle.LinksPerNetwork; n++)
            throttle.AskForLink("1.1.1.1");
        Assert.Equal(ErrorCodes.RateLimited, Assert.Throws<RefusedException>(() => throttle.AskForLink("1.1.1.1")).Code);
        throttle.AskForLink("2.2.2.2");
    }

    [Fact]
    public void Failures_are_forgotten_in_time()
    {
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
        time.Advance(TimeSpan.FromMinutes(31));
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
    }

    [Fact]
    public void An_attempt_that_was_cut_short_does_not_count()
    {
        for (var n = 0; n < 50; n++)
        {
            throttle.Begin(Stranger("a@x.y", "1.1.1.1"));
            throttle.Abandoned(Stranger("a@x.y", "1.1.1.1"));
        }
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_those_who_must_wait_are_kept()
    {
        for (var n = 0; n < LoginThrottle.PairFailures + 8; n++)
        {
            throttle.Begin(Stranger("victim@x.y", "1.1.1.1"));
            time.Advance(TimeSpan.FromSeconds(n < LoginThrottle.PairFailures - 1 ? 0 : Math.Pow(2, n - LoginThrottle.PairFailures + 2)));
        }

        Try("victim@x.y", "1.1.1.1");
        for (var n = 0; n < LoginThrottle.MaxEntries; n++)
            Try($"{n}@x.y", $"10.{n >> 16}.{(n >> 8) & 255}.{n & 255}");
        Assert.InRange(throttle.Count, 1, LoginThrottle.MaxEntries);
        Refused("victim@x.y", "1.1.1.1");
    }

    [Fact]
    public void Registrations_of_an_address_are_bounded_and_come_back()
    {
        for (var n = 0; n < LoginThrottle.Registrations; n++)
            throttle.Register("1.1.1.1");
        Assert.Equal(ErrorCodes.RateLimited, Assert.Throws<RefusedException>(() => throttle.Register("1.1.1.1")).Code);
        throttle.Register("2.2.2.2");
        time.Advance(TimeSpan.FromSeconds(3));
        throttle.Register("1.1.1.1");
        Assert.Throws<RefusedException>(() => throttle.Register("1.1.1.1"));
        time.Advance(TimeSpan.FromSeconds(1));
        throttle.Register("1.1.1.1");
        Assert.Throws<RefusedException>(() => throttle.Register("1.1.1.1"));
    }

    private static SignInAttempt Stranger(string email, string network) => new(email, network, null);

    private void Try(string email, string address)
    {
        try
        {
            throttle.Begin(Stranger(email, address));
        }
        catch (RefusedException)
        {
            // Too soon, which is all the same here.
        }
    }

    private TimeSpan Refused(string email, string address)
    {
        var refused = Assert.Throws<RefusedException>(() => throttle.Begin(Stranger(email, address)));
        Assert.Equal(ErrorCodes.RateLimited, refused.Code);
        return refused.RetryAfter!.Value;
    }
}
