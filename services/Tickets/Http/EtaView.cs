using SmartQueue.Estimates;

namespace SmartQueue.Tickets.Http;

/// <summary>What someone who joins now should expect, in seconds.</summary>
internal sealed record EtaView(int EstimatedWaitTime, int Low, int High, string Confidence, int Ahead, string Basis)
{
    public static EtaView Of(Promise promise) =>
        new(promise.Middle, promise.Low, promise.High, promise.Confidence, promise.Ahead, promise.Basis);
}
