using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Serialization;

namespace SmartQueue.Hosting.Bus;

/// <summary>A message that keeps what it was read as, so that whoever asks for it as that again gets the same.</summary>
internal sealed class ParsedMessage(SerializerContext message) : BaseSerializerContext(message, message, message.SupportedMessageTypes)
{
    private readonly ConcurrentDictionary<Type, object?> read = new();

    public override bool TryGetMessage<T>([NotNullWhen(true)] out T? found)
        where T : class
    {
        found = (T?)read.GetOrAdd(typeof(T), static (_, m) => m.TryGetMessage<T>(out var parsed) ? parsed : null, message);
        return found is not null;
    }

    public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? found)
    {
        found = read.GetOrAdd(messageType, static (type, m) => m.TryGetMessage(type, out var parsed) ? parsed : null, message);
        return found is not null;
    }

    public override IMessageSerializer GetMessageSerializer() => message.GetMessageSerializer();

    public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T content)
        where T : class => message.GetMessageSerializer(envelope, content);

    public override IMessageSerializer GetMessageSerializer(object content, string[] messageTypes) =>
        message.GetMessageSerializer(content, messageTypes);

    public override Dictionary<string, object> ToDictionary<T>(T? content)
        where T : class => message.ToDictionary(content);
}
