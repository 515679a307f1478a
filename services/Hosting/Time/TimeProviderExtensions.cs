using System.Buffers.Binary;

namespace SmartQueue.Hosting.Time;

/// <summary>The present as the product keeps it.</summary>
public static class TimeProviderExtensions
{
    /// <summary>Now in UTC, cut to milliseconds: the finest both storages keep, so that what is read back equals what was
    /// written.</summary>
    public static DateTimeOffset Now(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    /// <summary>Whether an id tells that it was made less than <paramref name="span"/> from now; one that tells no time was not.</summary>
    public static bool MadeWithin(this TimeProvider time, string id, TimeSpan span)
    {
        if (!Guid.TryParse(id, out var guid) || guid.Version != 7)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var made = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        return Math.Abs(time.GetUtcNow().ToUnixTimeMilliseconds() - made) < span.TotalMilliseconds;
    }

    /// <summary>A new id, ordered by time (UUIDv7, RFC 9562).</summary>
    public static string NewId(this TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}
