using System.Collections.Concurrent;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Users;

/// <summary>
/// Slows down guessing without letting a stranger lock anybody out: failures from one address on one account make that pair wait
/// longer each time; failures on an account from everywhere make unknown addresses wait a few seconds, but not an address the owner
/// has signed in from; failures of an address on many accounts make it wait too, after enough that a crowded hall stays clear of it.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    private const int MaxEntries = 50_000;
    private const int PairFailures = 5;
    private const int AccountFailures = 20;
    private const int AddressFailures = 60;
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PairLongest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan AccountDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AddressDelay = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Entry> entries = new();
    private readonly Lock counting = new();

    /// <summary>
    /// Refuses an attempt that comes too soon, whether or not the account exists, and counts it as a failure until
    /// <see cref="Succeeded"/> takes that back: guesses sent at once would else all be let in before the first one fails.
    /// </summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait.</exception>
    public void Begin(string email, string address)
    {
        lock (counting)
        {
            Require(email, address);
            Count(Pair(email, address), n => n < PairFailures ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(PairLongest.TotalSeconds, Math.Pow(2, n - PairFailures + 1))));
            Count(Account(email), n => n < AccountFailures ? TimeSpan.Zero : AccountDelay);
        }
    }

    /// <summary>Counts a failure of the address. Only now: many people behind one address may sign in at once.</summary>
    public void Failed(string address)
    {
        lock (counting) Count(Address(address), n => n < AddressFailures ? TimeSpan.Zero : AddressDelay);
    }

    /// <summary>Forgets the failures of an address on an account it has signed in to, and knows it from now on.</summary>
    public void Succeeded(string email, string address)
    {
        lock (counting)
        {
            entries.TryRemove(Pair(email, address), out _);
            if (entries.TryGetValue(Account(email), out var account))
                entries[Account(email)] = account with { Failures = account.Failures - 1, Until = account.Failures - 1 < AccountFailures ? account.At : account.Until };
            Put(Known(email, address), new Entry(0, time.GetUtcNow(), time.GetUtcNow()));
        }
    }

    private void Require(string email, string address)
    {
        var now = time.GetUtcNow();
        var until = new[] { Until(Pair(email, address)), IsKnown(email, address) ? null : Until(Account(email)), Until(Address(address)) }.Max();
        if (until > now) throw new RefusedException(ErrorCodes.RateLimited, "Too many failed sign-ins. Try again later.") { RetryAfter = until - now };
    }

    private static string Pair(string email, string address) => $"p {email} {address}";

    private static string Account(string email) => $"a {email}";

    private static string Address(string address) => $"i {address}";

    private static string Known(string email, string address) => $"k {email} {address}";

    private bool IsKnown(string email, string address) => entries.ContainsKey(Known(email, address));

    private DateTimeOffset? Until(string key) => entries.TryGetValue(key, out var entry) ? entry.Until : null;

    private void Count(string key, Func<int, TimeSpan> delay)
    {
        var now = time.GetUtcNow();
        var failures = entries.TryGetValue(key, out var before) && now - before.At < Forgotten ? before.Failures + 1 : 1;
        Put(key, new Entry(failures, now, now + delay(failures)));
    }

    private void Put(string key, Entry entry)
    {
        if (entries.Count >= MaxEntries)
        {
            var now = time.GetUtcNow();
            foreach (var old in entries.Where(e => now - e.Value.At > Forgotten)) entries.TryRemove(old);
            // Still full: a flood of made-up names. Making room for new ones beats growing without end.
            foreach (var any in entries.Take(Math.Max(0, entries.Count - MaxEntries + 1))) entries.TryRemove(any);
        }

        entries[key] = entry;
    }

    private sealed record Entry(int Failures, DateTimeOffset At, DateTimeOffset Until);
}
