using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>
/// What a ticket costs from door to door: calls between the services and time of the processor, while people follow their numbers on
/// phones, a screen shows the queue, and counters call. The rate is that of a busy hall, so that lines move all the time.
/// </summary>
internal static partial class CallsBenchmark
{
    private const int WarmUpTickets = 50;
    private const int Tickets = 150;
    private static readonly int[] Lines = [50, 500];
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(Run run)
    {
        var (few, many) = (await MeasureAsync(Lines[0]), await MeasureAsync(Lines[1]));
        run.Add(
            new()
            {
                Id = "calls.count",
                What = $"calls between services a ticket, {Lines[1]} follow theirs",
                Ours = new(many.Calls, ""),
                Against = new(few.Calls, ""),
                AgainstWhat = $"{Lines[0]} follow",
                Better = Better.Lower,
            }
        );
        run.Add(
            new()
            {
                Id = "calls.processor",
                What = $"processor of a ticket from door to door, {Lines[1]} follow theirs",
                Ours = new(many.Milliseconds, "ms"),
                Against = new(few.Milliseconds, "ms"),
                AgainstWhat = $"{Lines[0]} follow",
                Better = Better.Lower,
            }
        );
    }

    private static async Task<(double Calls, double Milliseconds)> MeasureAsync(int waiting)
    {
        await using var office = await Office.StartAsync();
        var (system, admin) = (office.System, office.Admin);
        var queueId = await admin.DefineQueueAsync(new { name = "Passports", maxActiveTickets = 10_000 });
        var phones = new List<HubConnection>();
        await using var screen = await ConnectAsync(system.Address);
        await screen.InvokeAsync("JoinQueue", queueId);
        for (var i = 0; i < waiting; i++)
            await FollowAsync();
        for (var i = 0; i < WarmUpTickets; i++)
            await TurnAsync(i);

        var (calls, processor) = (await CallsAsync(admin), system.ProcessorTime);
        for (var i = 0; i < Tickets; i++)
            await TurnAsync(i);
        var (made, used) = (await CallsAsync(admin) - calls, system.ProcessorTime - processor);

        await Task.WhenAll(phones.Select(p => p.DisposeAsync().AsTask()));
        return (made / Tickets, used.TotalMilliseconds / Tickets);

        async Task TurnAsync(int i)
        {
            var next = Task.Delay(Step);
            await FollowAsync();
            var called = await admin.CallNextAsync(queueId, $"{i % 4}");
            await admin.MoveAsync(called.GetProperty("id").GetString()!, "served");
            await next;
        }

        async Task FollowAsync()
        {
            var ticket = await admin.TakeAsync(queueId);
            var phone = await ConnectAsync(system.Address, admin.AccessToken);
            await phone.InvokeAsync("TrackTicket", ticket.GetProperty("id").GetString());
            phones.Add(phone);
        }
    }

    private static async Task<HubConnection> ConnectAsync(Uri address, string? accessToken = null)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(address, "/hubs/queue"), HttpTransportType.WebSockets, o =>
            {
                o.SkipNegotiation = true;
                o.AccessTokenProvider = () => Task.FromResult(accessToken);
            })
            .Build();
        connection.On<JsonElement>("ticket:updated", _ => { });
        await connection.StartAsync();
        return connection;
    }

    /// <summary>Requests that the process has sent, which are those between its services.</summary>
    private static async Task<double> CallsAsync(SystemClient admin)
    {
        using var answer = await admin.SendAsync(HttpMethod.Get, "/metrics");
        var metrics = await answer.Content.ReadAsStringAsync();
        return Sent().Matches(metrics).Sum(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(
        """^http_client_request_duration_seconds_count\{[^}]*\} ([0-9.e+]+)""",
        RegexOptions.Multiline | RegexOptions.CultureInvariant
    )]
    private static partial Regex Sent();
}
