using System.Collections.Concurrent;
using System.Text.Json;

namespace SmartQueue.Pages.Tests;

/// <summary>What pages hear without asking.</summary>
public sealed class LiveTests(SystemWithPages system)
{
    private const char End = '\u001e';

    [Fact]
    public async Task A_signed_in_customer_follows_their_ticket_on_one_connection()
    {
        var queue = await system.DefineQueueAsync("Own tickets", "OW");
        await using var customer = await system.OpenStaffAsync("user");
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sockets = new ConcurrentQueue<IWebSocket>();
        customer.Page.WebSocket += (_, socket) =>
        {
            sockets.Enqueue(socket);
            socket.FrameReceived += (_, frame) =>
            {
                if (frame.Text?.Contains("ticket:updated", StringComparison.Ordinal) is true)
                    heard.TrySetResult();
            };
        };
        await customer.GoToAsync($"/q/{queue}");
        await customer.Button("Take a number").ClickAsync();
        await Expect(customer.Heading("OW-1")).ToBeVisibleAsync();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Single(sockets);
    }

    [Fact]
    public async Task What_the_hub_refuses_is_asked_for_again_on_the_same_connection()
    {
        var queue = await system.DefineQueueAsync("Refused", "RF");
        await using var phone = await system.OpenAsync(Device.Phone);
        var sockets = 0;
        var refused = 0;
        var often = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await phone.Page.RouteWebSocketAsync("**/hubs/queue*", socket =>
        {
            Interlocked.Increment(ref sockets);
            socket.OnMessage(frame =>
            {
                foreach (var text in frame.Text!.Split(End, StringSplitOptions.RemoveEmptyEntries))
                {
                    using var message = JsonDocument.Parse(text);
                    if (message.RootElement.TryGetProperty("protocol", out _))
                    {
                        socket.Send($"{{}}{End}");
                    }
                    else if (message.RootElement.GetProperty("type").GetInt32() == 1)
                    {
                        var call = message.RootElement.GetProperty("invocationId").GetString();
                        socket.Send(
                            $$"""{"type":3,"invocationId":"{{call}}","error":"Failed to invoke it due to an error on the server."}{{End}}"""
                        );
                        // The queue and the ticket, three times each.
                        if (Interlocked.Increment(ref refused) == 6)
                            often.TrySetResult();
                    }
                }
            });
        });
        await phone.TakeNumberAsync(queue, "RF-1");
        await often.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(1, sockets);
        await Expect(phone.Page.GetByText("No connection. What you see may be old")).ToBeVisibleAsync();
    }
}
