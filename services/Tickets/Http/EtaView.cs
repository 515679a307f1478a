using SmartQueue.Estimates;

namespace SmartQueue.Tickets.Http;

/// <summary>What someone who joins now should expect, in seconds; <c>null</c> while the queue is closed, since nobody can join.</summary>
internal sealed record EtaView(int? EstimatedWaitTime, int? Low, int? High, string Confidence, int Ahead, string Basis)
{
    public static EtaView Of(Promise promise, bool open) =>
        open
            ? new(promise.Middle, promise.Low, promise.High, promise.Confidence, promise.Ahead, promise.Basis)
            : new(null, null, null, promise.Confidence, promise.Ahead, promise.Basis);
}
