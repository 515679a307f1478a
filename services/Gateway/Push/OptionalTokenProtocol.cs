using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace SmartQueue.Gateway.Push;

/// <summary>
/// The JSON protocol of SignalR, in which <c>TrackTicket(ticketId)</c> means <c>TrackTicket(ticketId, null)</c>: SignalR itself fits calls
/// to methods by the number of arguments and knows no optional ones.
/// </summary>
internal sealed class OptionalTokenProtocol(IOptions<JsonHubProtocolOptions> options) : IHubProtocol
{
    private readonly JsonHubProtocol json = new(options);

    public string Name => json.Name;

    public int Version => json.Version;

    public TransferFormat TransferFormat => json.TransferFormat;

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        var start = input;
        if (!json.TryParseMessage(ref input, binder, out message))
            return false;
        if (
            message is InvocationBindingFailureMessage { Target: nameof(QueueHub.TrackTicket) }
            && json.TryParseMessage(ref start, new WithoutLast(binder), out var again)
            && again is InvocationMessage shorter
        )
            message = new InvocationMessage(shorter.InvocationId, shorter.Target, [.. shorter.Arguments, null], shorter.StreamIds)
            {
                Headers = shorter.Headers,
            };
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => json.WriteMessage(message, output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(message);

    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    private sealed class WithoutLast(IInvocationBinder binder) : IInvocationBinder
    {
        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [.. binder.GetParameterTypes(methodName).SkipLast(1)];

        public Type GetReturnType(string invocationId) => binder.GetReturnType(invocationId);

        public Type GetStreamItemType(string streamId) => binder.GetStreamItemType(streamId);

        public string? GetTarget(ReadOnlySpan<byte> utf8Bytes) => binder.GetTarget(utf8Bytes);
    }
}
