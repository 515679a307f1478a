using System.Net.Mime;
using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Serialization;

namespace SmartQueue.Hosting.Bus;

/// <summary>
/// Reads a message of the in-process bus once for all of its consumers: they get the same bytes, and the same record of them, which nobody
/// can change.
/// </summary>
internal sealed class ParseOnce : ISerializerFactory, IMessageDeserializer
{
    private readonly SystemTextJsonMessageSerializer json = new();

    // Goes with the bytes, once the last consumer has let go of them.
    private readonly ConditionalWeakTable<byte[], Lazy<SerializerContext>> read = [];

    public ContentType ContentType => json.ContentType;

    public IMessageSerializer CreateSerializer() => json;

    public IMessageDeserializer CreateDeserializer() => this;

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(
            receiveContext,
            read.GetValue(receiveContext.Body.GetBytes(), _ =>
                new(() => Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress))
            ).Value
        );

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new ParsedMessage(json.Deserialize(body, headers, destinationAddress));

    public MessageBody GetMessageBody(string text) => json.GetMessageBody(text);

    public void Probe(ProbeContext context) => json.Probe(context);
}
