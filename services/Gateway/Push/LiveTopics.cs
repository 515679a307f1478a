using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SmartQueue.Gateway.Push;

/// <summary>
/// Hands what happens on a topic to the streams that follow it, without waiting for any. A stream that does not keep up misses the
/// oldest: each message is a whole state, so the newest is what it needs.
/// </summary>
internal sealed class LiveTopics
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<Channel<object>>> topics = new();

    /// <summary>How many topics are followed.</summary>
    internal int Count => topics.Count;

    /// <summary>Follows a topic until disposed.</summary>
    /// <param name="topic">One of <see cref="PushGroups"/>.</param>
    /// <param name="capacity">How many messages wait for a stream that is behind.</param>
    /// <param name="ended">Disposes it, also where nobody came to read it.</param>
    public Subscription Subscribe(string topic, int capacity, CancellationToken ended)
    {
        var channel = Channel.CreateBounded<object>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        Add(topic, channel);
        var subscription = new Subscription(this, topic, channel);
        ended.Register(subscription.Dispose);
        return subscription;
    }

    /// <summary>Tells all that follow a topic.</summary>
    public void Publish(string topic, object message)
    {
        if (!topics.TryGetValue(topic, out var channels))
            return;
        foreach (var channel in channels)
            channel.Writer.TryWrite(message);
    }

    private void Add(string topic, Channel<object> channel)
    {
        lock (gate)
            topics[topic] = [.. topics.GetValueOrDefault(topic) ?? [], channel];
    }

    private void Remove(string topic, Channel<object> channel)
    {
        lock (gate)
        {
            if (!topics.TryGetValue(topic, out var channels))
                return;
            if (channels.Count == 1 && channels[0] == channel)
                topics.TryRemove(topic, out _);
            else
                topics[topic] = [.. channels.Where(c => c != channel)];
        }
    }

    /// <summary>One stream's place at a topic.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly LiveTopics topics;
        private readonly string topic;
        private readonly Channel<object> channel;
        private readonly Lock changing = new();
        private string? also;
        private bool ended;

        internal Subscription(LiveTopics topics, string topic, Channel<object> channel) =>
            (this.topics, this.topic, this.channel) = (topics, topic, channel);

        /// <summary>What happens from now on.</summary>
        public IAsyncEnumerable<object> ReadAsync(CancellationToken cancellationToken) => channel.Reader.ReadAllAsync(cancellationToken);

        /// <summary>Follows one more topic, in place of the one that was added so before; <c>null</c> follows none but its own.</summary>
        /// <returns>Whether it is another than before.</returns>
        public bool Also(string? other)
        {
            lock (changing)
            {
                if (other == also || ended)
                    return false;
                if (also is not null)
                    topics.Remove(also, channel);
                if (other is not null)
                    topics.Add(other, channel);
                also = other;
                return true;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (changing)
            {
                ended = true;
                topics.Remove(topic, channel);
                if (also is not null)
                    topics.Remove(also, channel);
            }
        }
    }
}
