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

    /// <summary>A new id, ordered by time (UUIDv7, RFC 9562).</summary>
    public static string NewId(this TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}
