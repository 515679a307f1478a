using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class ToldWaitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(Sample.Now);
    private readonly FakeTicketService tickets = new();
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        host = await ServiceHost.StartAsync([new QueuesModule()], time, configure: s =>
            s.AddHttpClient<TicketClient>(typeof(TicketClient).FullName!).ConfigurePrimaryHttpMessageHandler(() => tickets)
        );

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Statistics_promise_what_the_ticket_service_tells_newcomers()
    {
        var hall = await MakeAsync("Hall");
        var desk = await MakeAsync("Desk");
        tickets.Waits[hall] = 420;
        tickets.Waits[desk] = 45;
        Assert.Equal([420, 45], await EstimatesAsync(hall, desk));
        tickets.Waits[hall] = 480;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([480, 45], await EstimatesAsync(hall, desk));
    }

    [Fact]
    public async Task Statistics_reckon_by_themselves_while_the_ticket_service_is_away_and_ask_again_after_a_while()
    {
        var hall = await MakeAsync("Hall");
        tickets.Waits[hall] = 420;
        tickets.Away = true;
        Assert.Equal([0], await EstimatesAsync(hall));
        var asked = tickets.Asked;
        tickets.Away = false;
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([0], await EstimatesAsync(hall));
        Assert.Equal(asked, tickets.Asked);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([420], await EstimatesAsync(hall));
    }

    private async Task<string> MakeAsync(string name)
    {
        using var made = await host.SignedIn("admin", Roles.Admin).PostAsJsonAsync("/api/queues", new { name }, Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<Made>(Token))!.Id;
    }

    private async Task<IEnumerable<int>> EstimatesAsync(params string[] ids)
    {
        var queues = (await host.Guest().GetFromJsonAsync<Queues>("/api/queues", Token))!.Items;
        return ids.Select(id => queues.Single(q => q.Id == id).Statistics.EstimatedWaitTime);
    }

    private sealed record Made(string Id);

    private sealed record Queues(IReadOnlyList<Listed> Items);

    private sealed record Listed(string Id, Statistics Statistics);

    private sealed record Statistics(int EstimatedWaitTime);

    /// <summary>Stands in for the ticket service.</summary>
    private sealed class FakeTicketService : HttpMessageHandler
    {
        public Dictionary<string, int> Waits { get; } = [];

        public bool Away { get; set; }

        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            if (Away)
                throw new HttpRequestException("away");
            var ids = Uri.UnescapeDataString(request.RequestUri!.Query)["?ids=".Length..].Split(',');
            return Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = JsonContent.Create(
                        ids.Where(Waits.ContainsKey)
                            .Select(id => new { queueId = id, eta = new { estimatedWaitTime = Waits[id], low = 0 } })
                    ),
                }
            );
        }
    }
}
