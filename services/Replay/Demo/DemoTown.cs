using System.Globalization;
using SmartQueue.Replay.Play;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Demo;

/// <summary>
/// A made-up town hall at work: people come, wait, go, are called and served, through the public interface of a system. What happens next
/// is known; a clock is moved on to it, or it is waited for.
/// </summary>
public sealed class DemoTown
{
    /// <summary>Who looks at the demo signs in so.</summary>
    public const string AdminEmail = "admin@demo.invalid";

    /// <summary>What nobody takes for the name of a real place.</summary>
    public const string Name = "Demo town hall";

    // Once it is live people are served so many times as fast, and somebody more comes every minute or two, on a quiet Sunday as well:
    // there is something to see.
    private const double Brisk = 4;
    private const double LeastGap = 40;
    private const double MostGap = 140;
    private const int AtOnce = 12;
    private const double PlansAt = 7.5;
    private const double LastOnward = 17.4;
    private const double LastReturn = 17.8;

    private readonly PriorityQueue<Func<CancellationToken, Task>, (DateTimeOffset At, long Order)> due = new();
    private readonly Dictionary<string, TownVisit> present = [];
    private readonly IReadOnlyList<TownDesk> desks = TownDesk.All();
    private readonly IReadOnlyList<TownErrand> errands = TownErrand.All();
    private readonly TownPerson admin = new("Administrator", AdminEmail);
    private readonly TownDay days;
    private readonly TimeZoneInfo zone;
    private readonly string password;
    private TownClient client;
    private DateTimeOffset now;
    private long planned;
    private bool live;

    /// <summary>The town hall, not built yet.</summary>
    /// <param name="zone">Where it is.</param>
    /// <param name="seed">The same one makes the same days.</param>
    /// <param name="password">That of the admin and of all operators.</param>
    /// <param name="http">Leads to an empty system with that admin.</param>
    /// <param name="time">The clock of that system.</param>
    public DemoTown(TimeZoneInfo zone, int seed, string password, HttpClient http, TimeProvider time)
    {
        this.zone = zone;
        this.password = password;
        days = new TownDay(new SplitMix((ulong)seed), zone, errands);
        client = new TownClient(http, time, password);
        now = time.GetUtcNow();
    }

    /// <summary>The ids of its queues.</summary>
    public IReadOnlyList<string> QueueIds => [.. errands.Select(e => e.QueueId)];

    /// <summary>A ticket that waits, with the token that opens its page; <c>null</c> where nobody waits.</summary>
    public (string Id, string Token)? SomeTicket =>
        present.Values.Where(v => v is { Waits: true, TrackingToken: not null }).MaxBy(v => v.TicketId, StringComparer.Ordinal) is { } visit
            ? (visit.TicketId, visit.TrackingToken!)
            : null;

    /// <summary>When its first day begins so many days before another.</summary>
    public static DateTimeOffset Beginning(TimeZoneInfo zone, DateTimeOffset now, int days)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return new(TimeZoneInfo.ConvertTimeToUtc(today.AddDays(-days).ToDateTime(new TimeOnly(7, 0)), zone), TimeSpan.Zero);
    }

    /// <summary>Makes its branch, queues, counters and staff, and plans the first day.</summary>
    /// <exception cref="ApiException">The system refuses.</exception>
    public async Task BuildAsync(CancellationToken stop)
    {
        await OrderAsync(
            HttpMethod.Patch,
            "/api/branches/main",
            new
            {
                name = Name,
                address = "1 Example Square, made up by the demo",
                timeZone = zone.Id,
                languages = (string[])["en", "es", "de", "ar"],
                openingHours = Enum.GetNames<DayOfWeek>()
                    .Select(d => new
                    {
                        day = d.ToLowerInvariant(),
                        opens = Hour(TownDay.Opens),
                        closes = Hour(TownDay.Closes),
                    }),
            },
            stop
        );
        foreach (var errand in errands)
        {
            var made = await OrderAsync(
                HttpMethod.Post,
                "/api/queues",
                new
                {
                    name = errand.Name,
                    description = errand.Description,
                    prefix = errand.Prefix,
                    averageServiceTime = (int)(errand.Minutes * 60),
                    slaWaitTime = 900,
                    priorityHeadStart = 900,
                },
                stop
            );
            errand.QueueId = made.Text("id")!;
        }

        foreach (var desk in desks)
        {
            var made = await OrderAsync(
                HttpMethod.Post,
                "/api/counters",
                new
                {
                    name = desk.Name,
                    rule = desk.Rule,
                    queues = desk.Errands.Select(
                        (letter, i) => new { queueId = errands.Single(e => e.Prefix[0] == letter).QueueId, rank = i + 1 }
                    ),
                },
                stop
            );
            desk.Id = made.Text("id")!;
            if (desk.Person is { } person)
                await HireAsync(person, stop);
        }

        var day = days.DayOf(now);
        Plan(days.At(day, PlansAt), _ => PlanDayAsync(day));
    }

    /// <summary>Lets everything happen until the present.</summary>
    /// <param name="clock">The clock of the system, which is moved on.</param>
    /// <param name="present">The clock that tells the present.</param>
    /// <param name="dayBegins">Called before each day.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ApiException">The system refuses what it should do.</exception>
    public async Task PlayAsync(
        MovingClock clock,
        TimeProvider present,
        Func<DateOnly, CancellationToken, Task> dayBegins,
        CancellationToken stop
    )
    {
        var day = default(DateOnly);
        while (due.TryPeek(out var step, out var when) && when.At <= present.GetUtcNow())
        {
            due.Dequeue();
            if (days.DayOf(when.At) is var next && next != day)
                await dayBegins(day = next, stop);
            clock.MoveTo(now = when.At);
            await step(stop);
        }
    }

    /// <summary>Begins to be live: from now on more people come, some of them at once.</summary>
    /// <param name="http">Leads to the same system.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="stop">Ends it.</param>
    public async Task BeginLiveAsync(HttpClient http, TimeProvider time, CancellationToken stop)
    {
        live = true;
        client = new TownClient(http, time, password);
        now = time.GetUtcNow();
        for (var i = 0; i < AtOnce; i++)
            await ComeAsync(days.Visitor(), stop);
        PlanOneMore();
    }

    /// <summary>Goes on at the pace of the clock, until it is stopped. Whoever looks at the demo may take part: what the system refuses
    /// then is let be.</summary>
    /// <param name="time">The clock of the system.</param>
    /// <param name="stop">Ends it.</param>
    public async Task LiveAsync(TimeProvider time, CancellationToken stop)
    {
        while (due.TryDequeue(out var step, out var when))
        {
            if (when.At - time.GetUtcNow() is { Ticks: > 0 } rest)
                await Task.Delay(rest, time, stop);
            now = time.GetUtcNow();
            try
            {
                await step(stop);
            }
            catch (ApiException)
            {
                // Whoever looks at the demo switched an operator's account off, who then stays away.
            }
        }
    }

    private static string Hour(int hour) => new TimeOnly(hour, 0).ToString("HH:mm", CultureInfo.InvariantCulture);

    private async Task HireAsync(TownPerson person, CancellationToken stop)
    {
        var invited = await OrderAsync(HttpMethod.Post, "/api/auth/invitations", new { email = person.Email, role = "operator" }, stop);
        var token = invited.Text("link")!.Split('#')[^1];
        client.Keep(
            person,
            await client.AsGuestAsync(
                HttpMethod.Post,
                "/api/auth/accept",
                new
                {
                    token,
                    name = person.Name,
                    password,
                },
                null,
                stop
            )
        );
    }

    private async Task<ApiAnswer> OrderAsync(HttpMethod method, string path, object body, CancellationToken stop) =>
        Accepted(await client.AsAsync(admin, method, path, body, stop), path);

    // On days that are played nobody else is there, so every refusal is a fault.
    private static ApiAnswer Accepted(ApiAnswer answer, string path) =>
        answer.Succeeded
            ? answer
            : throw new ApiException($"{path} was refused: {answer.Text("error") ?? answer.Code} {answer.Body}", answer.Code);

    private async Task<ApiAnswer> DoAsync(TownPerson person, HttpMethod method, string path, object body, CancellationToken stop)
    {
        var answer = await client.AsAsync(person, method, path, body, stop);
        return live ? answer : Accepted(answer, path);
    }

    private Task<ApiAnswer> MoveAsync(TownDesk desk, TownVisit visit, string status, CancellationToken stop) =>
        DoAsync(desk.Person!, HttpMethod.Put, $"/api/tickets/{visit.TicketId}", new { status }, stop);

    private void Plan(DateTimeOffset at, Func<CancellationToken, Task> step) => due.Enqueue(step, (at, planned++));

    // A desk does one thing after the other: what was planned for it before counts no more.
    private void Plan(TownDesk desk, TimeSpan after, Func<CancellationToken, Task> step) => Plan(desk, now + after, step);

    private void Plan(TownDesk desk, DateTimeOffset at, Func<CancellationToken, Task> step)
    {
        var turn = ++desk.Turn;
        Plan(at, token => desk.Turn == turn ? step(token) : Task.CompletedTask);
    }

    private Task PlanDayAsync(DateOnly day)
    {
        foreach (var (at, visit) in days.Visits(day).Where(v => v.At > now))
            Plan(at, token => ComeAsync(visit, token));
        foreach (var (desk, opens) in days.Rota(day, desks))
            Plan(desk, opens, token => OpenAsync(desk, token));
        Plan(days.At(day.AddDays(1), PlansAt), _ => PlanDayAsync(day.AddDays(1)));
        return Task.CompletedTask;
    }

    private void PlanOneMore()
    {
        var at = now + days.Between(LeastGap, MostGap);
        var day = days.DayOf(now);
        if (at >= days.At(day, TownDay.Closes))
            at = days.At(day.AddDays(1), TownDay.Opens);
        Plan(at, token =>
        {
            PlanOneMore();
            return ComeAsync(days.Visitor(), token);
        });
    }

    private async Task ComeAsync(TownVisit visit, CancellationToken stop)
    {
        var body = new
        {
            queueId = visit.Errand.QueueId,
            customerName = visit.Name,
            phone = visit.Phone,
            email = visit.Email,
            language = visit.Language,
        };
        ApiAnswer answer;
        if (visit.Priority > 0)
        {
            var staff = desks.First(d => d.Person is not null).Person!;
            answer = await client.AsAsync(
                staff,
                HttpMethod.Post,
                "/api/tickets",
                new
                {
                    body.queueId,
                    body.customerName,
                    body.phone,
                    body.email,
                    body.language,
                    priority = visit.Priority,
                    notes = visit.Notes,
                },
                stop
            );
        }
        else
        {
            answer = await client.AsGuestAsync(
                HttpMethod.Post,
                "/api/tickets",
                new
                {
                    body.queueId,
                    body.customerName,
                    body.phone,
                    body.email,
                    body.language,
                    source = visit.Source,
                },
                null,
                stop
            );
        }

        if (!live)
            Accepted(answer, "/api/tickets");
        if (answer.Text("id") is not { } id)
            return;
        visit.TrackingToken = answer.Text("trackingToken");
        Join(visit, id);
        if (now + visit.Patience is var leaves && leaves < days.At(days.DayOf(now), TownDay.Closes))
            Plan(leaves, token => LeaveAsync(visit, token));
    }

    private void Join(TownVisit visit, string ticketId)
    {
        present.Remove(visit.TicketId);
        (visit.TicketId, visit.Waits) = (ticketId, true);
        present[ticketId] = visit;
        Wake(visit.Errand);
    }

    private void Wake(TownErrand errand)
    {
        if (desks.Where(d => d.Idle && d.Serves(errand)).ToList() is not { Count: > 0 } idle)
            return;
        var desk = days.OneOf(idle);
        desk.Idle = false;
        Plan(desk, days.Between(3, 15), token => NextAsync(desk, token));
    }

    private async Task LeaveAsync(TownVisit visit, CancellationToken stop)
    {
        if (!visit.Waits)
            return;
        // Without a phone nobody says that they go.
        if (visit.TrackingToken is null || visit.Source == "kiosk")
        {
            visit.Comes = false;
            return;
        }

        var path = $"/api/tickets/{visit.TicketId}";
        if (live && (await client.AsGuestAsync(HttpMethod.Get, path, null, visit.TrackingToken, stop)).Text("status") != "waiting")
            return;
        var answer = await client.AsGuestAsync(HttpMethod.Delete, path, null, visit.TrackingToken, stop);
        if (!live)
            Accepted(answer, path);
        End(visit);
    }

    private void End(TownVisit visit)
    {
        visit.Waits = false;
        present.Remove(visit.TicketId);
    }

    private async Task OpenAsync(TownDesk desk, CancellationToken stop)
    {
        await DoAsync(desk.Person!, HttpMethod.Post, $"/api/counters/{desk.Id}/open", new { }, stop);
        await NextAsync(desk, stop);
    }

    private async Task NextAsync(TownDesk desk, CancellationToken stop)
    {
        desk.Idle = false;
        if (live && !await IsFreeAsync(desk, stop))
        {
            Plan(desk, days.Between(30, 60), token => NextAsync(desk, token));
            return;
        }

        if (desk.Breaks.TryPeek(out var pause) && pause.At <= now)
        {
            desk.Breaks.Dequeue();
            await DoAsync(desk.Person!, HttpMethod.Post, $"/api/counters/{desk.Id}/break", new { reason = pause.Reason }, stop);
            Plan(desk, pause.Length, token => OpenAsync(desk, token));
            return;
        }

        var answer = await DoAsync(desk.Person!, HttpMethod.Post, $"/api/counters/{desk.Id}/call-next", new { }, stop);
        if (answer.Text("id") is { } ticketId)
        {
            var visit = present.GetValueOrDefault(ticketId) ?? Stranger(ticketId);
            visit.Waits = false;
            if (visit.Comes)
                Plan(desk, days.Between(12, 45), token => ServeAsync(desk, visit, token));
            else
                Plan(desk, days.Between(50, 90), token => RecallAsync(desk, visit, token));
        }
        else if (!answer.Succeeded)
        {
            Plan(desk, days.Between(20, 40), token => NextAsync(desk, token));
        }
        else if (desk.Closes <= now)
        {
            await DoAsync(desk.Person!, HttpMethod.Post, $"/api/counters/{desk.Id}/close", new { }, stop);
        }
        else
        {
            desk.Idle = true;
            var wakes = pause is not null && pause.At < desk.Closes ? pause.At : desk.Closes;
            Plan(desk, wakes, token => NextAsync(desk, token));
        }
    }

    // Whoever looks at the demo may have sat down here, or have called somebody to it.
    private async Task<bool> IsFreeAsync(TownDesk desk, CancellationToken stop)
    {
        var path = $"/api/counters/{desk.Id}";
        var counter = await client.AsAsync(desk.Person!, HttpMethod.Get, path, null, stop);
        if (counter.Text("state") == "closed" && now < desk.Closes)
            counter = await client.AsAsync(desk.Person!, HttpMethod.Post, path + "/open", new { }, stop);
        return counter.Text("state") == "open" && counter.Text("ticketId") is null && await SitsAsync(desk, counter, stop);
    }

    private async Task<bool> SitsAsync(TownDesk desk, ApiAnswer counter, CancellationToken stop)
    {
        var me = await client.AsAsync(desk.Person!, HttpMethod.Get, "/api/users/me", null, stop);
        return me.Text("id") is { } id && counter.Text("operatorId") == id;
    }

    private TownVisit Stranger(string ticketId) =>
        new()
        {
            Errand = errands[0],
            Service = days.Between(120, 300),
            TicketId = ticketId,
        };

    private async Task ServeAsync(TownDesk desk, TownVisit visit, CancellationToken stop)
    {
        await MoveAsync(desk, visit, "serving", stop);
        Plan(desk, visit.Service / (live ? Brisk : 1), token => FinishAsync(desk, visit, token));
    }

    private async Task FinishAsync(TownDesk desk, TownVisit visit, CancellationToken stop)
    {
        var today = days.DayOf(now);
        if (visit.Onward is { } errand && now < days.At(today, LastOnward))
        {
            visit.Onward = null;
            var answer = await DoAsync(
                desk.Person!,
                HttpMethod.Post,
                $"/api/tickets/{visit.TicketId}/transfer",
                new { queueId = errand.QueueId },
                stop
            );
            if (answer.Text("id") is { } next)
            {
                visit.Errand = errand;
                Join(visit, next);
            }
        }
        else if (visit.Away is { } away && now + away < days.At(today, LastReturn))
        {
            visit.Away = null;
            var answer = await DoAsync(
                desk.Person!,
                HttpMethod.Post,
                $"/api/tickets/{visit.TicketId}/park",
                new { reason = "Papers missing" },
                stop
            );
            if (answer.Succeeded)
                Plan(now + away, token => ReturnAsync(desk, visit, "unpark", new { }, token));
        }
        else
        {
            await MoveAsync(desk, visit, "served", stop);
            End(visit);
        }

        Plan(desk, days.Between(4, 20), token => NextAsync(desk, token));
    }

    private async Task RecallAsync(TownDesk desk, TownVisit visit, CancellationToken stop)
    {
        await DoAsync(desk.Person!, HttpMethod.Post, $"/api/tickets/{visit.TicketId}/recall", new { }, stop);
        Plan(desk, days.Between(50, 90), token => MissAsync(desk, visit, token));
    }

    private async Task MissAsync(TownDesk desk, TownVisit visit, CancellationToken stop)
    {
        var answer = await MoveAsync(desk, visit, "no_show", stop);
        if (answer.Succeeded && visit.ComesBack && now.AddMinutes(5) < days.At(days.DayOf(now), LastReturn))
            Plan(now + days.Between(60, 300), token => ReturnAsync(desk, visit, "requeue", new { afterPosition = 1 }, token));
        else
            End(visit);
        Plan(desk, days.Between(2, 10), token => NextAsync(desk, token));
    }

    private async Task ReturnAsync(TownDesk desk, TownVisit visit, string how, object body, CancellationToken stop)
    {
        var answer = await DoAsync(desk.Person!, HttpMethod.Post, $"/api/tickets/{visit.TicketId}/{how}", body, stop);
        if (!answer.Succeeded)
            return;
        visit.Comes = true;
        Join(visit, visit.TicketId);
    }
}
