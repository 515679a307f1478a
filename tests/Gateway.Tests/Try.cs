using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>A queue with a ticket, a counter and a branch of its own for one try, and the people who try.</summary>
internal sealed class Try
{
    private readonly People people;
    private readonly Dictionary<string, string> names;
    private readonly string ownerToken;
    private readonly string token;
    private readonly string appointmentToken;

    private Try(People people, Dictionary<string, string> names, string ownerToken, string token, string appointmentToken) =>
        (this.people, this.names, this.ownerToken, this.token, this.appointmentToken) = (
            people,
            names,
            ownerToken,
            token,
            appointmentToken
        );

    /// <summary>Those who have one account throughout.</summary>
    public sealed record People(
        WholeSystem System,
        HttpClient Boss,
        string OwnerId,
        string Owner,
        string Other,
        string Operator,
        string Admin
    )
    {
        public static async Task<People> MeetAsync(WholeSystem system)
        {
            var run = Guid.NewGuid().ToString("N")[..8];
            var owner = await system.PersonAsync("Owner" + run);
            return new(
                system,
                await system.AdminAsync(),
                owner.Id,
                owner.Token,
                (await system.PersonAsync("Other" + run)).Token,
                (await system.PersonAsync("Staff" + run, Roles.Operator)).Token,
                (await system.SignInAsync(WholeSystem.AdminEmail)).GetProperty("accessToken").GetString()!
            );
        }
    }

    /// <param name="people">Who tries.</param>
    /// <param name="byToken">Whether the ticket is a guest's, so that there is a tracking token.</param>
    /// <param name="freshOwner">Whether the owner may be lost by the try.</param>
    public static async Task<Try> PrepareAsync(People people, bool byToken, bool freshOwner = false)
    {
        // By UTC, so that each full hour is a slot.
        var passports = new
        {
            name = "Passports",
            timeZone = "UTC",
            booking = new { slotLength = 3600, places = 1000 },
        };
        var system = people.System;
        var owner = freshOwner ? await system.PersonAsync("Owner" + Guid.NewGuid().ToString("N")[..8]) : (people.OwnerId, people.Owner);
        var queue = Id(await WholeSystem.SendAsync(people.Boss, HttpMethod.Post, "/api/queues", passports));
        var other = Id(await WholeSystem.SendAsync(people.Boss, HttpMethod.Post, "/api/queues", new { name = "Visas" }));
        var branch = Id(await WholeSystem.SendAsync(people.Boss, HttpMethod.Post, "/api/branches", new { name = "Old Town" }));
        var ticket = await WholeSystem.SendAsync(
            byToken ? system.Process.Guest() : system.Process.WithToken(owner.Item2),
            HttpMethod.Post,
            "/api/tickets",
            new { queueId = queue }
        );
        var appointment = await BookAsync(byToken ? system.Process.Guest() : system.Process.WithToken(owner.Item2), queue);
        var counterName = Guid.NewGuid().ToString("N")[..12];
        var counter = Id(await WholeSystem.SendAsync(people.Boss, HttpMethod.Post, "/api/counters", new { name = counterName }));
        var token = byToken ? ticket.GetProperty("trackingToken").GetString()! : "";
        var names = new Dictionary<string, string>
        {
            ["{queue}"] = queue,
            ["{other queue}"] = other,
            ["{branch}"] = branch,
            ["{ticket}"] = Id(ticket),
            ["{appointment}"] = Id(appointment),
            ["{start}"] = appointment.GetProperty("start").GetString()!,
            ["{counter}"] = counter,
            ["{counter name}"] = counterName,
            ["{new name}"] = Guid.NewGuid().ToString("N")[..12],
            ["{owner}"] = owner.Item1,
            ["{token}"] = token,
            ["{notification}"] = "none",
            ["{nothing}"] = "none",
        };
        var appointmentToken = byToken ? appointment.GetProperty("token").GetString()! : "";
        return new Try(people, names, owner.Item2, token, appointmentToken);

        static string Id(JsonElement made) => made.GetProperty("id").GetString()!;
    }

    public Task<HttpResponseMessage> SendAsync(
        Person person,
        string method,
        string path,
        object? body,
        string? accept = null,
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead,
        CancellationToken cancellationToken = default
    ) =>
        SendAsync(
            ClientOf(person, IsOfAppointment(path) || IsOfAppointment(JsonSerializer.Serialize(body)) ? appointmentToken : token),
            method,
            path,
            body,
            accept,
            until,
            cancellationToken
        );

    public async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        string method,
        string path,
        object? body,
        string? accept = null,
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead,
        CancellationToken cancellationToken = default
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Fill(path));
        if (body is not null)
            request.Content = new StringContent(
                Fill(JsonSerializer.Serialize(body, JsonSerializerOptions.Web)),
                System.Text.Encoding.UTF8,
                "application/json"
            );
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        return await client.SendAsync(request, until, cancellationToken);
    }

    public async Task<HubConnection> ConnectAsync(Person person)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl("http://localhost/hubs/queue", o =>
            {
                o.HttpMessageHandlerFactory = _ => people.System.Process.CreateHandler();
                o.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.LongPolling;
                o.AccessTokenProvider = () => Task.FromResult(TokenOf(person));
            })
            .Build();
        await connection.StartAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>What a try is made with.</summary>
    public string Fill(string text)
    {
        foreach (var (name, value) in names)
            text = text.Replace(name, value, StringComparison.Ordinal);
        return text;
    }

    private static bool IsOfAppointment(string text) => text.Contains("{appointment}", StringComparison.Ordinal);

    // Booking takes a queue from the moment on that the appointment service has heard of it.
    private static async Task<JsonElement> BookAsync(HttpClient client, string queue)
    {
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        var start = tomorrow.AddTicks(-(tomorrow.Ticks % TimeSpan.TicksPerHour)).UtcDateTime;
        await Eventually.TrueAsync(async () =>
        {
            using var slots = await client.GetAsync($"/api/queues/{queue}/slots", TestContext.Current.CancellationToken);
            return slots.IsSuccessStatusCode;
        });
        return await WholeSystem.SendAsync(
            client,
            HttpMethod.Post,
            "/api/appointments",
            new
            {
                queueId = queue,
                start,
                customerName = "Ada",
            }
        );
    }

    private HttpClient ClientOf(Person person, string token)
    {
        var client = TokenOf(person) is { } access ? people.System.Process.WithToken(access) : people.System.Process.Guest();
        if (person == Person.TokenHolder)
            client.DefaultRequestHeaders.Add("X-Tracking-Token", token);
        return client;
    }

    private string? TokenOf(Person person) =>
        person switch
        {
            Person.Owner => ownerToken,
            Person.Other => people.Other,
            Person.Operator => people.Operator,
            Person.Admin => people.Admin,
            _ => null,
        };
}
