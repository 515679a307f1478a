using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace SmartQueue.Gateway.Tests;

public sealed class PushSubscriptionTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    [Fact]
    public async Task A_guest_subscribes_and_unsubscribes_for_a_ticket_with_its_tracking_token_alone()
    {
        var queue = await WholeSystem.SendAsync(shared.Admin, HttpMethod.Post, "/api/queues", new { name = "Push", prefix = "P" });
        var ticket = await WholeSystem.SendAsync(
            shared.System.Process.Guest(),
            HttpMethod.Post,
            "/api/tickets",
            new { queueId = queue.GetProperty("id").GetString() }
        );
        var token = ticket.GetProperty("trackingToken").GetString()!;
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        byte[] publicKey = [4, .. point.X!, .. point.Y!];
        var subscription = new
        {
            endpoint = "https://push.example.org/1",
            ticketId = ticket.GetProperty("id").GetString(),
            keys = new { p256dh = Base64Url.EncodeToString(publicKey), auth = Base64Url.EncodeToString(new byte[16]) },
        };
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(HttpMethod.Post, subscription, null));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(HttpMethod.Post, subscription, "not the token"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(HttpMethod.Post, subscription, token));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(HttpMethod.Delete, subscription, "not the token"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(HttpMethod.Delete, subscription, token));
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, object body, string? token)
    {
        using var client = shared.System.Process.Guest();
        using var request = new HttpRequestMessage(method, "/api/notifications/push/subscriptions") { Content = JsonContent.Create(body) };
        if (token is not null)
            request.Headers.Add("X-Tracking-Token", token);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
