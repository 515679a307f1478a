using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Users;

/// <summary>
/// Slows down guessing without letting a stranger lock anybody out: failures from one address on one account make that pair wait
/// longer each time; failures on an account from everywhere make unknown addresses wait a few seconds, but not an address the owner
/// has signed in from; failures of an address on many accounts make it wait too, after enough that a crowded hall stays clear of it.
/// An attempt on an account counts as failed from its beginning until it succeeds, so that a hundred guesses at once are not all the first.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    public const int PairFailures = 5;
    public const int AccountFailures = 20;
    public const int AddressFailures = 60;
    public const int Registrations = 60;

    /// <summary>Enough for a busy day; some 5 MB.</summary>
    public const int MaxEntries = 50_000;

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PairLongest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan AccountDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AddressDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RegistrationDelay = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Entry> entries = [];

    /// <summary>How many pairs, accounts and addresses are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>Begins an attempt to prove a password, before anything costly, whether or not the account exists.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait: the attempt comes too soon.</exception>
    public void Begin(string email, string address)
    {
        address = Network(address);
        lock (gate)
        {
            var now = time.GetUtcNow();
            var known = entries.ContainsKey(Known(email, address));
            Require(now, "Too many failed sign-ins. Try again later.", Pair(email, address), known ? null : Account(email), Address(address));
            Fail(Pair(email, address), now, n => n < PairFailures ? TimeSpan.Zero : Doubling(n - PairFailures + 1));
            Fail(Account(email), now, n => n < AccountFailures ? TimeSpan.Zero : AccountDelay);
        }
    }

    /// <summary>The attempt was wrong: now it counts for the address too, behind which many people may sign in at once.</summary>
    public void Failed(string address)
    {
        lock (gate) Fail(Address(Network(address)), time.GetUtcNow(), n => n < AddressFailures ? TimeSpan.Zero : AddressDelay);
    }

    /// <summary>The attempt was right: it no longer counts, and the account knows the address from now on.</summary>
    public void Succeeded(string email, string address)
    {
        address = Network(address);
        lock (gate)
        {
            var now = time.GetUtcNow();
            entries.Remove(Pair(email, address));
            TakeBack(Account(email));
            Put(Known(email, address), new Entry(0, now, now));
        }
    }

    /// <summary>The attempt was neither right nor wrong: it was cut short.</summary>
    public void Abandoned(string email, string address)
    {
        address = Network(address);
        lock (gate)
        {
            TakeBack(Pair(email, address));
            TakeBack(Account(email));
        }
    }

    /// <summary>Counts a registration: so many at once from an address, then one every two seconds.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait.</exception>
    public void Register(string address)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var key = Key($"r {Network(address)}");
            // What is used of the allowance, which comes back with time.
            var used = entries.TryGetValue(key, out var before)
                ? Math.Max(0, before.Failures - (int)((now - before.At) / RegistrationDelay))
                : 0;
            if (used >= Registrations)
                throw new RefusedException(ErrorCodes.RateLimited, "Too many new accounts from your network. Try again in a moment.") { RetryAfter = RegistrationDelay };
            // Only whole steps have come back; the rest of the time since counts for the next one.
            var at = used == 0 || before is null ? now : before.At + RegistrationDelay * (before.Failures - used);
            Put(key, new Entry(used + 1, at, now));
        }
    }

    private static TimeSpan Doubling(int step) => TimeSpan.FromSeconds(Math.Min(PairLongest.TotalSeconds, Math.Pow(2, step)));

    // Whoever has one IPv6 address has the 2^64 of its network.
    private static string Network(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed)) return address;
        if (parsed.IsIPv4MappedToIPv6) return parsed.MapToIPv4().ToString();
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8)) : parsed.ToString();
    }

    private static UInt128 Pair(string email, string address) => Key($"p {address} {email}");

    private static UInt128 Account(string email) => Key($"a {email}");

    private static UInt128 Address(string address) => Key($"i {address}");

    private static UInt128 Known(string email, string address) => Key($"k {address} {email}");

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
            if (key is { } k && entries.TryGetValue(k, out var entry) && entry.Until > until) until = entry.Until;
        }

        if (until > now) throw new RefusedException(ErrorCodes.RateLimited, sentence) { RetryAfter = until - now };
    }

    private void Fail(UInt128 key, DateTimeOffset now, Func<int, TimeSpan> delay)
    {
        var failures = entries.TryGetValue(key, out var before) && now - before.At < Forgotten ? before.Failures + 1 : 1;
        Put(key, new Entry(failures, now, now + delay(failures)));
    }

    private void TakeBack(UInt128 key)
    {
        if (!entries.TryGetValue(key, out var entry)) return;
        if (entry.Failures <= 1) entries.Remove(key);
        // The delay goes only if this one made it.
        else entries[key] = entry with { Failures = entry.Failures - 1, Until = entry.Failures <= AccountFailures ? entry.At : entry.Until };
    }

    private void Put(UInt128 key, Entry entry)
    {
        if (entries.Count >= MaxEntries && !entries.ContainsKey(key)) MakeRoom();
        entries[key] = entry;
    }

    // A tenth at a time, so that a flood of made-up names pays for the search only now and then. Those who must wait go last.
    private void MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (var old in entries.OrderBy(e => e.Value.Until > now).ThenBy(e => e.Value.At).Take(MaxEntries / 10).Select(e => e.Key).ToList())
            entries.Remove(old);
    }

    private sealed record Entry(int Failures, DateTimeOffset At, DateTimeOffset Until);
}
