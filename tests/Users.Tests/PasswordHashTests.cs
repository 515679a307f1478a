using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;
using SmartQueue.Users.Credentials;

namespace SmartQueue.Users.Tests;

public sealed class PasswordHashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_product_hashes_with_work_factor_12()
    {
        using var folder = new TemporaryFolder();
        using var passwords = new Passwords(Options(folder));
        Assert.StartsWith("$2a$12$", await passwords.HashAsync("a good password", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_cut_at_72_bytes_or_at_a_zero()
    {
        using var passwords = Cheap();
        var start = new string('x', 72);
        var hash = await passwords.HashAsync(start + "A", Token);
        Assert.True(await passwords.VerifyAsync(start + "A", hash, Token));
        Assert.False(await passwords.VerifyAsync(start + "B", hash, Token));
        Assert.False(await passwords.VerifyAsync(start, hash, Token));
        var zero = await passwords.HashAsync("12345678\0A", Token);
        Assert.False(await passwords.VerifyAsync("12345678\0B", zero, Token));
        Assert.True(await passwords.VerifyAsync("12345678\0A", zero, Token));
    }

    [Fact]
    public async Task Without_an_account_the_same_work_is_done_and_the_answer_is_no()
    {
        using var folder = new TemporaryFolder();
        using var passwords = new Passwords(Options(folder) with { PasswordWorkFactor = 10 });
        var hash = await passwords.HashAsync("a good password", Token);
        // The least of several is what the work itself takes; the rest is the machine.
        var (known, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        foreach (var _ in Enumerable.Range(0, 7))
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.False(await passwords.VerifyAsync("another password", hash, Token));
            if (watch.Elapsed < known)
                known = watch.Elapsed;
            watch.Restart();
            Assert.False(await passwords.VerifyAsync("another password", null, Token));
            if (watch.Elapsed < unknown)
                unknown = watch.Elapsed;
        }

        Assert.InRange(unknown / known, 0.5, 2);
    }

    [Fact]
    public async Task Those_who_wait_for_a_core_are_bounded()
    {
        using var folder = new TemporaryFolder();
        using var passwords = new Passwords(Options(folder) with { PasswordWorkFactor = 8 });
        var room = Environment.ProcessorCount * (1 + Passwords.WaitingPerCore);
        var all = Enumerable.Range(0, room * 3).Select(_ => passwords.VerifyAsync("a good password", null, Token)).ToList();
        await Task.WhenAll(all.Select(t => t.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));
        Assert.Contains(all, t => t.IsFaulted);
        Assert.True(all.Count(t => t.IsCompletedSuccessfully) >= room);
        Assert.False(await passwords.VerifyAsync("a good password", null, Token));
    }

    [Fact]
    public async Task Strangers_who_fill_every_place_leave_one_to_devices_that_are_known()
    {
        using var folder = new TemporaryFolder();
        using var passwords = new Passwords(Options(folder) with { PasswordWorkFactor = 10 });
        var strangers = Enumerable
            .Range(0, Environment.ProcessorCount * (1 + Passwords.WaitingPerCore))
            .Select(_ => passwords.VerifyAsync("a good password", null, Token))
            .ToList();
        await Assert.ThrowsAsync<Hosting.Errors.RefusedException>(() => passwords.VerifyAsync("a good password", null, Token));
        Assert.False(await passwords.VerifyAsync("a good password", null, known: true, Token));
        Assert.Contains(strangers, s => !s.IsCompleted);
        await Task.WhenAll(strangers);
    }

    private static Passwords Cheap()
    {
        using var folder = new TemporaryFolder();
        return new Passwords(Options(folder) with { PasswordWorkFactor = 4 });
    }

    private static UsersOptions Options(TemporaryFolder folder)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("SMARTQUEUE_DATA", folder.Path)]).Build();
        return UsersOptions.From(new ModuleContext(new SettingsReader(settings), [new UsersModule()], ["users"], port: 4000));
    }
}
