using System.Text.Json;

namespace SmartQueue.Pages.Tests;

/// <summary>A town hall in the middle of its day.</summary>
public sealed class Hall
{
    private static int halls;

    private readonly Dictionary<string, JsonElement> accounts = [];

    public required string First { get; init; }

    public required string Second { get; init; }

    /// <summary>The counter that staff sit at.</summary>
    public required string Desk { get; init; }

    /// <summary>The page of a ticket that waits.</summary>
    public required string Waiting { get; init; }

    /// <summary>The page of a ticket that is called.</summary>
    public required string Called { get; init; }

    /// <summary>The page of an appointment of the second queue.</summary>
    public required string Appointment { get; init; }

    public static async Task<Hall> OpenAsync(SystemWithPages system)
    {
        var admin = system.Admin;
        // Counters of its own: whom one holds, it holds whichever queue they are of.
        var hall = Interlocked.Increment(ref halls);
        string Counter(int n) => hall == 1 ? $"{n}" : $"{hall}{n}";
        var first = await admin.DefineQueueAsync(
            new
            {
                name = "Passports and identity cards",
                description = "Bring a photograph that is less than six months old.",
                counters = new[] { new { name = Counter(1) }, new { name = Counter(2) }, new { name = Counter(3) } },
            }
        );
        var second = await admin.DefineQueueAsync(
            new
            {
                name = "Residence registration",
                booking = new { slotLength = 1200, places = 8 },
                counters = new[] { new { name = Counter(4) } },
            }
        );
        var names = new[]
        {
            "Ana Moreno",
            "Jonas Weber",
            "Layla Haddad",
            "Sam Okafor",
            "Mia Rossi",
            "Omar Said",
            "Eva Novak",
            "Leo Martin",
        };
        var tickets = new List<JsonElement>();
        foreach (var name in names)
            tickets.Add(
                await admin.ExpectAsync(
                    HttpStatusCode.Created,
                    HttpMethod.Post,
                    "/api/tickets",
                    new
                    {
                        queueId = first,
                        customerName = name,
                        email = $"{name[..3]}@example.com",
                    }
                )
            );
        for (var i = 0; i < 3; i++)
            await admin.TakeAsync(second);
        for (var i = 0; i < 2; i++)
            await admin.MoveAsync((await admin.CallNextAsync(first, Counter(1))).GetProperty("id").GetString()!, "served");
        var called = await admin.CallNextAsync(first, Counter(2));
        await admin.CallNextAsync(first, Counter(3));
        await admin.CallNextAsync(second, Counter(4));
        var appointment = await admin.BookAsync(second);
        return new Hall
        {
            Appointment = $"/a/{Id(appointment)}#{appointment.GetProperty("token").GetString()}",
            Desk = called.GetProperty("counterId").GetString()!,
            First = first,
            Second = second,
            Waiting = PageOf(tickets[5]),
            Called = PageOf(tickets.Single(t => Id(t) == Id(called))),
        };

        static string? Id(JsonElement ticket) => ticket.GetProperty("id").GetString();

        static string PageOf(JsonElement ticket) => $"/t/{Id(ticket)}#{ticket.GetProperty("trackingToken").GetString()}";
    }

    /// <summary>Which scenes one browser can show: those of one person.</summary>
    public static string DeviceOf(Scene scene) => $"{scene.Role} {HasDesk(scene)} {IsKiosk(scene)}";

    /// <summary>A browser as this scene wants it.</summary>
    public async Task<Device> OpenAsync(SystemWithPages system, Scene scene, BrowserNewContextOptions? options = null)
    {
        var device = await system.OpenAsync(options);
        if (scene.Role is { } role)
        {
            if (!accounts.TryGetValue(DeviceOf(scene), out var account))
                accounts[DeviceOf(scene)] = account = await system.RegisterAsync(role);
            await device.SignInAsync(account);
            if (HasDesk(scene))
            {
                var opened = await device.Page.APIRequest.PostAsync(
                    $"/api/counters/{Desk}/open",
                    new APIRequestContextOptions
                    {
                        Headers = new Dictionary<string, string>
                        {
                            ["Authorization"] = $"Bearer {account.GetProperty("accessToken").GetString()}",
                        },
                        DataObject = new { takeOver = true },
                    }
                );
                Assert.Equal(200, opened.Status);
            }
        }

        if (IsKiosk(scene))
            await device.KeepAsync(
                "kiosk",
                $$"""{"queues":["{{First}}","{{Second}}"],"pin":"2468","print":false,"language":"en","locked":true}"""
            );
        return device;
    }

    private static bool HasDesk(Scene scene) => scene.Role == "operator" && scene.Name != "counter-choose";

    private static bool IsKiosk(Scene scene) => scene.Name.StartsWith("kiosk", StringComparison.Ordinal) && scene.Name != "kiosk-setup";
}
