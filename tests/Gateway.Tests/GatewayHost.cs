using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>The gateway with a queue and a ticket service behind it, and clients of its hub.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Listener> listeners = [];

    private GatewayHost(ServiceHost process, FakeServices services)
    {
        Process = process;
        Behind = services;
    }

    public ServiceHost Process { get; }

    public FakeServices Behind { get; }

    public static async Task<GatewayHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        TimeProvider? time = null
    )
    {
        var behind = new FakeServices();
        behind.Queues["q1"] = Queue();
        var process = await ServiceHost.StartAsync([new GatewayModule()], time, settings, configure: s =>
        {
            s.AddHttpClient<QueueClient>(typeof(QueueClient).FullName!).ConfigurePrimaryHttpMessageHandler(behind.Handler);
            s.AddHttpClient<QueueStateClient>(typeof(QueueStateClient).FullName!).ConfigurePrimaryHttpMessageHandler(behind.Handler);
            s.AddHttpClient<TicketClient>(typeof(TicketClient).FullName!).ConfigurePrimaryHttpMessageHandler(behind.Handler);
            s.AddHttpClient<TicketStateClient>(typeof(TicketStateClient).FullName!).ConfigurePrimaryHttpMessageHandler(behind.Handler);
            configure?.Invoke(s);
        });
        return new GatewayHost(process, behind);
    }

    /// <param name="userId">The account; nobody's if absent.</param>
    /// <param name="role">Its role.</param>
    /// <param name="from">The address of the client, over a WebSocket; of this machine, by long polling, if absent.</param>
    public async Task<Listener> ConnectAsync(string? userId = null, string role = Roles.User, string? from = null)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl("http://localhost/hubs/queue", o =>
            {
                o.HttpMessageHandlerFactory = _ => Process.CreateHandler();
                o.Transports = from is null ? HttpTransportType.LongPolling : HttpTransportType.WebSockets;
                o.SkipNegotiation = from is not null;
                o.WebSocketFactory = async (socket, token) =>
                {
                    var client = Process.CreateWebSocketClient();
                    client.ConfigureRequest = r => r.Headers["X-Forwarded-For"] = from;
                    return await client.ConnectAsync(
                        userId is null ? socket.Uri : new Uri($"{socket.Uri}?access_token={await o.AccessTokenProvider!()}"),
                        token
                    );
                };
                if (userId is not null)
                    o.AccessTokenProvider = () => Task.FromResult<string?>(TestTokens.For(userId, role, Process.Time.GetUtcNow()));
            })
            .Build();
        var listener = new Listener(connection);
        listeners.Add(listener);
        await connection.StartAsync(TestContext.Current.CancellationToken);
        // A client is connected before the hub has noted whose it is; its first call is answered after that.
        await listener.InvokeAsync("LeaveQueue", "none");
        return listener;
    }

    public Task PublishAsync<T>(T message)
        where T : class =>
        Process.Services.GetRequiredService<IEventPublisher>().PublishAsync(message, TestContext.Current.CancellationToken);

    /// <summary>Puts a ticket into the ticket service.</summary>
    public void Keep(TicketState ticket, int? position = null)
    {
        Behind.Tokens[ticket.Id] = "token-of-" + ticket.Id;
        Behind.Tickets[ticket.Id] = new
        {
            id = ticket.Id,
            ticketNumber = ticket.TicketNumber,
            queueId = ticket.QueueId,
            queueName = ticket.QueueName,
            customerName = ticket.CustomerName,
            phone = ticket.Phone,
            email = ticket.Email,
            status = "waiting",
            position,
            createdAt = ticket.CreatedAt,
            version = ticket.Version,
        };
    }

    /// <summary>Sends something to one client alone, past all that was pushed before.</summary>
    public async Task FlushAsync(Listener to)
    {
        var mark = Guid.NewGuid().ToString();
        await Process
            .Services.GetRequiredService<IHubContext<QueueHub>>()
            .Clients.Client(to.Connection.ConnectionId!)
            .SendAsync(PushMessages.Announcement, new { message = mark }, TestContext.Current.CancellationToken);
        await to.HearsAsync(PushMessages.Announcement, b => b.GetProperty("message").GetString() == mark);
    }

    public static object Queue(string id = "q1", string? current = "A-1", object? announcement = null) =>
        new
        {
            id,
            currentTicketNumber = current,
            activeTickets = new[] { "t1" },
            statistics = Statistics,
            announcement,
        };

    public static QueueStatistics Statistics =>
        new()
        {
            Waiting = 3,
            Called = 1,
            Serving = 0,
            ServedToday = 2,
            CancelledToday = 0,
            NoShowToday = 0,
            AverageWaitTime = 60,
            AverageServiceTime = 300,
            LongestWaitTime = 90,
            EstimatedWaitTime = 120,
            OpenCounters = 1,
        };

    public static QueueStatusChanged Status(string current, DateTimeOffset at) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = at,
            QueueId = "q1",
            CurrentNumber = current,
            ActiveTickets = ["t1"],
            Statistics = Statistics,
        };

    public static TicketState Ticket(string id, string number, TicketStatus status = TicketStatus.Waiting, long version = 1) =>
        new()
        {
            Id = id,
            TicketNumber = number,
            QueueId = "q1",
            QueueName = "Passports",
            ServiceDay = new DateOnly(2026, 3, 2),
            UserId = "ada",
            CustomerName = "Ada Lovelace",
            Phone = "+34600000000",
            Email = "ada@example.com",
            Status = status,
            Counter = status == TicketStatus.Waiting ? null : "7",
            CreatedAt = Noon,
            QueuedAt = Noon,
            Version = version,
        };

    public static TicketCalled Called(TicketState ticket) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Noon,
            TicketId = ticket.Id,
            QueueId = ticket.QueueId,
            Version = ticket.Version,
            Ticket = ticket,
            By = "op",
            Counter = "7",
        };

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in listeners)
            await listener.DisposeAsync();
        await Process.DisposeAsync();
    }
}
