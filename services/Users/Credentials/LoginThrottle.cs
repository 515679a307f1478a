using System.Security.Cryptography;
using System.Text;
using SmartQueue.Hosting.Errors;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Credentials;

/// <summary>
/// Slows down guessing without letting a stranger lock anybody out. Failures from one network on one account make that pair wait
/// longer each time; failures on an account from everywhere make unknown networks wait a few seconds, but not one the owner
/// has signed in from; failures of a network on many accounts make it wait too, after enough that a crowded hall stays clear of it.
/// A device that has signed in before has a turn of its own, which its own failures alone use up, and uses up nobody else's.
/// An attempt on an account counts as failed from its beginning until it succeeds, so that a hundred guesses at once are not all the first.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    public const int PairFailures = 5;
    public const int AccountFailures = 20;
    public const int NetworkFailures = 60;
    public const int Registrations = 60;
    public const int LinksPerNetwork = 20;
    public const int LinksPerEmail = 3;

    /// <summary>Enough for a busy day; some 5 MB.</summary>
    public const int MaxEntries = 50_000;

    private const string TooManyFailures = "Too many failed sign-ins. Try again later.";

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PairLongest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan AccountDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NetworkDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RegistrationDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LinkOfNetworkDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LinkToEmailDelay = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Entry> entries = [];

    /// <summary>How many pairs, devices, accounts and networks are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>Begins an attempt to prove a password, before anything costly, whether or not the account exists.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait: the attempt comes too soon.</exception>
    public void Begin(SignInAttempt attempt)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var own = Own(attempt);
            if (attempt.Device is not null)
            {
                Require(now, TooManyFailures, own);
            }
            else
            {
                var known = entries.ContainsKey(Known(attempt));
                Require(now, TooManyFailures, own, known ? null : Account(attempt), Network(attempt));
                Fail(Account(attempt), now, n => n < AccountFailures ? TimeSpan.Zero : AccountDelay);
            }

            Fail(own, now, n => n < PairFailures ? TimeSpan.Zero : Doubling(n - PairFailures + 1));
        }
    }

    /// <summary>The attempt was wrong: now it counts for a stranger's network too, behind which many people may sign in at once.</summary>
    public void Failed(SignInAttempt attempt)
    {
        if (attempt.Device is not null)
            return;
        lock (gate)
            Fail(Network(attempt), time.GetUtcNow(), n => n < NetworkFailures ? TimeSpan.Zero : NetworkDelay);
    }

    /// <summary>The attempt was right: it no longer counts, and the account knows the network from now on.</summary>
    public void Succeeded(SignInAttempt attempt)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            entries.Remove(Own(attempt));
            if (attempt.Device is null)
                TakeBack(Account(attempt));
            Put(Known(attempt), new Entry(0, now, now));
        }
    }

    /// <summary>The attempt was neither right nor wrong: it was cut short.</summary>
    public void Abandoned(SignInAttempt attempt)
    {
        lock (gate)
        {
            TakeBack(Own(attempt));
            if (attempt.Device is null)
                TakeBack(Account(attempt));
        }
    }

    /// <summary>Counts a registration: so many at once from a network, then one every two seconds.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait.</exception>
    public void Register(string network)
    {
        if (!TrySpend($"r {network}", Registrations, RegistrationDelay))
            throw new RefusedException(ErrorCodes.RateLimited, "Too many new accounts from your network. Try again in a moment.")
            {
                RetryAfter = RegistrationDelay,
            };
    }

    /// <summary>Counts a request for a mailed link: so many at once from a network, then one every ten seconds.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait.</exception>
    public void AskForLink(string network)
    {
        if (!TrySpend($"l {network}", LinksPerNetwork, LinkOfNetworkDelay))
            throw new RefusedException(ErrorCodes.RateLimited, "Too many links were asked for from your network. Try again in a moment.")
            {
                RetryAfter = LinkOfNetworkDelay,
            };
    }

    /// <summary>Whether another link may be mailed to an address: three at once, then one every ten minutes.</summary>
    public bool MayMail(string email) => TrySpend($"m {email}", LinksPerEmail, LinkToEmailDelay);

    // What is used of an allowance comes back with time.
    private bool TrySpend(string name, int most, TimeSpan each)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var key = Key(name);
            var used = entries.TryGetValue(key, out var before) ? Math.Max(0, before.Failures - (int)((now - before.At) / each)) : 0;
            if (used >= most)
                return false;
            // Only whole steps have come back; the rest of the time since counts for the next one.
            var at = used == 0 || before is null ? now : before.At + each * (before.Failures - used);
            Put(key, new Entry(used + 1, at, now));
            return true;
        }
    }

    private static TimeSpan Doubling(int step) => TimeSpan.FromSeconds(Math.Min(PairLongest.TotalSeconds, Math.Pow(2, step)));

    private static UInt128 Own(SignInAttempt attempt) =>
        Key(attempt.Device is null ? $"p {attempt.Network} {attempt.Email}" : $"d {attempt.Device} {attempt.Email}");

    private static UInt128 Account(SignInAttempt attempt) => Key($"a {attempt.Email}");

    private static UInt128 Network(SignInAttempt attempt) => Key($"i {attempt.Network}");

    private static UInt128 Known(SignInAttempt attempt) => Key($"k {attempt.Network} {attempt.Email}");

    // Of one size whatever a stranger makes up, and no address of a person in memory.
    private static UInt128 Key(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void Require(DateTimeOffset now, string sentence, params ReadOnlySpan<UInt128?> keys)
    {
        var until = now;
        foreach (var key in keys)
        {
            if (key is { } k && entries.TryGetValue(k, out var entry) && entry.Until > until)
                until = entry.Until;
        }

        if (until > now)
            throw new RefusedException(ErrorCodes.RateLimited, sentence) { RetryAfter = until - now };
    }

    private void Fail(UInt128 key, DateTimeOffset now, Func<int, TimeSpan> delay)
    {
        var failures = entries.TryGetValue(key, out var before) && now - before.At < Forgotten ? before.Failures + 1 : 1;
        Put(key, new Entry(failures, now, now + delay(failures)));
    }

    private void TakeBack(UInt128 key)
    {
        if (!entries.TryGetValue(key, out var entry))
            return;
        if (entry.Failures <= 1)
            entries.Remove(key);
        // The delay goes only if this one made it.
        else
            entries[key] = entry with { Failures = entry.Failures - 1, Until = entry.Failures <= AccountFailures ? entry.At : entry.Until };
    }

    private void Put(UInt128 key, Entry entry)
    {
        if (entries.Count >= MaxEntries && !entries.ContainsKey(key))
            MakeRoom();
        entries[key] = entry;
    }

    // A tenth at a time, so that a flood of made-up names pays for the search only now and then. Those who must wait go last.
    private void MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (
            var old in entries.OrderBy(e => e.Value.Until > now).ThenBy(e => e.Value.At).Take(MaxEntries / 10).Select(e => e.Key).ToList()
        )
            entries.Remove(old);
    }

    private sealed record Entry(int Failures, DateTimeOffset At, DateTimeOffset Until);
}
