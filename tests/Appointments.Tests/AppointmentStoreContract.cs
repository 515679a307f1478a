using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Http;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;

namespace SmartQueue.Appointments.Tests;

/// <summary>What every store of appointments promises.</summary>
public abstract class AppointmentStoreContract : IAsyncDisposable
{
    private protected abstract Task<(IAppointmentStore Store, IOutbox Outbox)> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_appointment_comes_back_as_it_was_kept_with_its_event()
    {
        var (store, outbox) = await OpenAsync();
        var booked = (await BookAsync(store, "a", network: "203.0.113.7"))!;

        Assert.Equal(booked, await store.FindAsync("a", Token));
        Assert.Null(await store.FindAsync("b", Token));
        var told = Assert.IsType<AppointmentBooked>(Assert.Single(await outbox.ClaimAsync(10, [], Token)).Event());
        Assert.Equal(booked.State(), told.Appointment);
        Assert.Equal(
            (1, 0),
            (await store.CountHeldAsync("q1", "203.0.113.7", Some.Now, Token), await store.CountHeldAsync("q1", "other", Some.Now, Token))
        );
        Assert.Equal(0, await store.CountHeldAsync("q1", "203.0.113.7", booked.Start, Token));
    }

    [Fact]
    public async Task Of_five_hundred_who_book_forty_places_at_once_forty_have_one_and_no_slot_has_more_than_it_holds()
    {
        var (store, outbox) = await OpenAsync();
        var full = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 500),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token },
            async (i, _) =>
            {
                // Twenty slots of two, which twenty-five want each.
                if (await BookAsync(store, $"a{i:000}", Some.Slot(i % 20 * 20)) is null)
                    Interlocked.Increment(ref full);
            }
        );

        var all = await store.ListAsync(Any, PageRequest.First(200), Token);
        Assert.Equal(40, all.Count);
        Assert.Equal(460, full);
        Assert.Equal(20, all.GroupBy(a => a.Start).Count());
        Assert.All(all.GroupBy(a => a.Start), slot => Assert.Equal([1, 2], slot.Select(a => a.Place!.Value).Order()));
        Assert.Equal(40, (await outbox.ClaimAsync(100, [], Token)).Count);
    }

    [Fact]
    public async Task Of_five_hundred_who_book_one_slot_of_forty_at_once_forty_have_a_place()
    {
        var (store, _) = await OpenAsync();
        var booked = new ConcurrentBag<Appointment>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 500),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token },
            async (i, _) =>
            {
                if (await BookAsync(store, $"a{i:000}", places: 40) is { } one)
                    booked.Add(one);
            }
        );

        Assert.Equal(Enumerable.Range(1, 40), booked.Select(a => a.Place!.Value).Order());
        Assert.Equal(40, (await store.TakenAsync("q1", Some.Slot().Start, Some.Slot().End, Token)).Count);
    }

    [Fact]
    public async Task A_move_takes_the_new_place_and_gives_the_old_one_back_or_does_neither()
    {
        var (store, _) = await OpenAsync();
        var first = (await BookAsync(store, "a", places: 1))!;
        await BookAsync(store, "b", Some.Slot(20), places: 1);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => MoveAsync(store, first, Some.Slot(20)));
        Assert.Equal(ErrorCodes.SlotTaken, refusal.Code);
        Assert.Equal(first, await store.FindAsync("a", Token));
        Assert.Null(await BookAsync(store, "c", places: 1));

        Assert.True(await MoveAsync(store, first, Some.Slot(40)));
        Assert.False(await MoveAsync(store, first, Some.Slot(60)));
        Assert.Equal(Some.Slot(40).Start, (await store.FindAsync("a", Token))!.Start);
        Assert.NotNull(await BookAsync(store, "c", places: 1));
        Assert.Null(await BookAsync(store, "d", Some.Slot(40), places: 1));
        Assert.NotNull(await BookAsync(store, "e", Some.Slot(60), places: 1));
    }

    [Fact]
    public async Task Whoever_was_booked_when_slots_were_cut_otherwise_has_a_place_of_each_slot_they_meet()
    {
        var (store, _) = await OpenAsync();
        var first = (await BookAsync(store, "a"))!;
        await BookAsync(store, "b");
        Assert.True(await store.SaveAsync(first.Cancel(null, Some.Now, "op"), 1, Token));
        Assert.NotNull(await BookAsync(store, "c", Some.Slot(10)));

        // Place 1 of the slot is nobody's, and still two people come in it.
        Assert.Null(await BookAsync(store, "d"));
        Assert.Null(await BookAsync(store, "e", Some.Slot(10)));
        Assert.NotNull(await BookAsync(store, "f", Some.Slot(20)));
        Assert.Null(await BookAsync(store, "g", Some.Slot(20)));
    }

    [Fact]
    public async Task What_is_cancelled_gives_its_place_back_and_a_stale_version_changes_nothing()
    {
        var (store, outbox) = await OpenAsync();
        var booked = (await BookAsync(store, "a", places: 1, network: "203.0.113.7"))!;
        var cancelled = booked.Cancel("Holiday", Some.Now, "op");

        Assert.False(await store.SaveAsync(cancelled, 2, Token));
        Assert.Null(await BookAsync(store, "b", places: 1));
        Assert.True(await store.SaveAsync(cancelled, 1, Token));
        Assert.False(await store.SaveAsync(cancelled, 1, Token));
        Assert.Equal(0, await store.CountHeldAsync("q1", "203.0.113.7", Some.Now, Token));
        Assert.NotNull(await BookAsync(store, "b", places: 1));
        Assert.Equal(
            [typeof(AppointmentBooked), typeof(AppointmentCancelled)],
            (await outbox.ClaimAsync(10, [], Token)).Select(e => e.Event()).Where(e => e.AggregateId == "a").Select(e => e.GetType())
        );
    }

    [Fact]
    public async Task Who_was_booked_when_slots_were_cut_otherwise_has_a_place_of_those_they_meet()
    {
        var (store, _) = await OpenAsync();
        await BookAsync(store, "long", Some.Slot(0, 60), places: 1);

        Assert.Null(await BookAsync(store, "a", Some.Slot(20), places: 1));
        Assert.NotNull(await BookAsync(store, "a", Some.Slot(20), places: 2));
        Assert.Null(await BookAsync(store, "b", Some.Slot(20), places: 2));
        Assert.NotNull(await BookAsync(store, "b", Some.Slot(60), places: 1));
    }

    [Fact]
    public async Task A_key_books_once()
    {
        var (store, _) = await OpenAsync();
        var answer = new StoredResponse("key", "request", [1, 2, 3], Some.Now);
        await BookAsync(store, "a", answer: answer);

        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => BookAsync(store, "b", answer: answer));

        Assert.Null(await store.FindAsync("b", Token));
        Assert.Equivalent(answer, await store.FindAnswerAsync("key", Token), strict: true);
        Assert.Null(await store.FindAnswerAsync("other", Token));
    }

    [Fact]
    public async Task Lists_go_by_time_page_by_page_and_keep_to_what_is_asked()
    {
        var (store, _) = await OpenAsync();
        foreach (var (id, minutes) in new[] { ("c", 0), ("a", 20), ("b", 20), ("d", 40) })
            await BookAsync(store, id, Some.Slot(minutes));
        await store.SaveAsync((await store.FindAsync("d", Token))!.Cancel(null, Some.Now, null), 1, Token);

        var ids = new List<string>();
        var page = PageRequest.First(1);
        while (true)
        {
            var some = await store.ListAsync(Any, page, Token);
            if (some.Count == 0)
                break;
            ids.Add(some[0].Id);
            page = page.Behind(ListPosition.Of(some[0]));
        }

        Assert.Equal(["c", "a", "b", "d"], ids);
        Assert.Equal(["a", "b"], await IdsAsync(Any with { From = Some.Slot(20).Start, To = Some.Slot(40).Start }));
        Assert.Equal(["d"], await IdsAsync(Any with { Status = AppointmentStatus.Cancelled }));
        Assert.Equal(["c", "a", "b"], await IdsAsync(Any with { NotCancelled = true }));
        Assert.Equal(["c", "a", "b", "d"], await IdsAsync(Any with { BranchIds = ["main", "other"], QueueId = "q1" }));
        Assert.Empty(await IdsAsync(Any with { BranchIds = [] }));
        Assert.Empty(await IdsAsync(Any with { QueueId = "q2" }));

        async Task<IEnumerable<string>> IdsAsync(AppointmentFilter filter) =>
            (await store.ListAsync(filter, PageRequest.First(50), Token)).Select(a => a.Id);
    }

    [Fact]
    public async Task An_erased_account_leaves_the_time_and_nothing_that_tells_whose_it_was()
    {
        var (store, outbox) = await OpenAsync();
        var answer = new StoredResponse("key", "request", [1, 2, 3], Some.Now);
        await BookAsync(store, "a", userId: "ada", answer: answer);
        await BookAsync(store, "b", userId: "bob");

        await store.EraseUserAsync("ada", Token);

        var kept = (await store.FindAsync("a", Token))!;
        Assert.Equal((null, null, null, null, null), (kept.UserId, kept.CustomerName, kept.Phone, kept.Email, kept.Notes));
        Assert.Equal(AppointmentStatus.Booked, kept.Status);
        Assert.Empty((await store.FindAnswerAsync("key", Token))!.Sealed);
        Assert.Equal("Ada", (await store.FindAsync("b", Token))!.CustomerName);
        var told = (await outbox.ClaimAsync(10, [], Token)).Select(e => (AppointmentBooked)e.Event()).Single(e => e.AppointmentId == "a");
        Assert.Equal((null, null, null), (told.Appointment.CustomerName, told.Appointment.Phone, told.Appointment.Email));
    }

    [Fact]
    public async Task A_held_place_is_nobody_elses_is_told_to_nobody_and_stands_in_no_list()
    {
        var (store, outbox) = await OpenAsync();
        var held = await HoldAsync(store, "a", places: 1, network: "203.0.113.7");

        Assert.Equal(held, await store.FindAsync("a", Token));
        Assert.Null(await BookAsync(store, "b", places: 1));
        Assert.Empty(await store.ListAsync(Any, PageRequest.First(10), Token));
        Assert.Empty(await store.BegunAsync(held.Start.AddDays(1), null, 10, Token));
        Assert.Equal(
            new TakenPlace(held.Start, held.End, 1, Until),
            Assert.Single(await store.TakenAsync("q1", held.Start, held.End, Token))
        );
        Assert.Equal((1, 0), (await HeldAsync(Until.AddSeconds(-1)), await HeldAsync(Until)));
        Assert.Empty(await outbox.ClaimAsync(10, [], Token));

        var answer = new StoredResponse("key", "request", [1, 2, 3], Some.Now);
        var confirmed = held.Confirm(Some.Draft("a").Details, "code of a", Some.Now, null);
        Assert.True(await store.SaveAsync(confirmed, held.Version, Token, answer));
        Assert.Equal(confirmed.Next, Assert.Single(await store.ListAsync(Any, PageRequest.First(10), Token)));
        Assert.Equal(1, await HeldAsync(Until));
        Assert.Equal("a", (await store.FindByCodeAsync("code of a", Token))!.Id);
        Assert.Equivalent(answer, await store.FindAnswerAsync("key", Token), strict: true);
        var told = Assert.IsType<AppointmentBooked>(Assert.Single(await outbox.ClaimAsync(10, [], Token)).Event());
        Assert.Equal(confirmed.Next.State(), told.Appointment);
        Assert.Empty(await store.ExpiredHoldsAsync(Until.AddDays(1), null, 10, Token));

        Task<int> HeldAsync(DateTimeOffset now) => store.CountHeldAsync("q1", "203.0.113.7", now, Token);
    }

    [Fact]
    public async Task A_hold_that_ran_out_is_found_gives_its_place_back_and_is_forgotten_a_while_later()
    {
        var (store, outbox) = await OpenAsync();
        var held = await HoldAsync(store, "a", places: 1, network: "203.0.113.7");
        await BookAsync(store, "booked", Some.Slot(20));

        Assert.Empty(await store.ExpiredHoldsAsync(Until.AddSeconds(-1), null, 10, Token));
        Assert.Empty(await store.ExpiredHoldsAsync(Until, "q2", 10, Token));
        Assert.Equal(held, Assert.Single(await store.ExpiredHoldsAsync(Until, "q1", 10, Token)));
        Assert.Equal(held, Assert.Single(await store.ExpiredHoldsAsync(Until, null, 10, Token)));
        await store.ForgetHoldsAsync(Until.AddDays(1), Token);
        Assert.NotNull(await store.FindAsync("a", Token));

        Assert.True(await store.SaveAsync(held.Release(Until), held.Version, Token));
        Assert.NotNull(await BookAsync(store, "b", places: 1));
        Assert.Empty(await store.ExpiredHoldsAsync(Until, null, 10, Token));
        Assert.Equal(["b", "booked"], (await store.ListAsync(Any, PageRequest.First(10), Token)).Select(a => a.Id));
        Assert.DoesNotContain("a", (await outbox.ClaimAsync(10, [], Token)).Select(e => e.Event().AggregateId));
        await store.ForgetHoldsAsync(Until, Token);
        Assert.NotNull(await store.FindAsync("a", Token));
        await store.ForgetHoldsAsync(Until.AddSeconds(1), Token);
        Assert.Null(await store.FindAsync("a", Token));
        Assert.Equal(2, (await store.ListAsync(Any, PageRequest.First(10), Token)).Count);
    }

    [Fact]
    public async Task Of_five_hundred_who_hold_forty_places_half_confirm_and_the_others_places_are_booked_by_others_never_two_in_one()
    {
        var (store, outbox) = await OpenAsync();
        await store.SaveQueueAsync(new QueueCopy("q1", 1, Some.Queue(places: 40)), Token);
        var time = new FakeTimeProvider(Some.Now);
        var desk = Some.Desk(store, time);
        var held = new ConcurrentBag<AppointmentView>();
        var count = 0;
        await AllAsync(async _ =>
        {
            if (await TakeAsync(null) is not { } one)
                return;
            Assert.Equal(AppointmentStatus.Held, one.Status);
            held.Add(one);
            if (Interlocked.Increment(ref count) % 2 == 0)
                Assert.Equal(AppointmentStatus.Booked, (await ConfirmAsync(one)).Status);
        });
        Assert.Equal(40, held.Count);
        var confirmed = (await store.ListAsync(Any, PageRequest.First(200), Token)).Select(a => a.Id).ToHashSet();
        Assert.Equal(20, confirmed.Count);

        // Nobody sweeps, and those who were too slow come back while others book.
        time.SetUtcNow(Some.Now.AddMinutes(5));
        var refused = 0;
        var late = new ConcurrentQueue<AppointmentView>(held.Where(h => !confirmed.Contains(h.Id)));
        await AllAsync(async _ =>
        {
            await TakeAsync(new AppointmentDetails { CustomerName = "Bob" });
            if (late.TryDequeue(out var one))
            {
                var refusal = await Assert.ThrowsAsync<RefusedException>(() => ConfirmAsync(one));
                Assert.Equal(ErrorCodes.HoldExpired, refusal.Code);
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal(20, refused);
        var all = await store.ListAsync(Any, PageRequest.First(200), Token);
        Assert.Equal(Enumerable.Range(1, 40), all.Select(a => a.Place!.Value).Order());
        Assert.All(all, a => Assert.Equal((AppointmentStatus.Booked, null), (a.Status, a.HeldUntil)));
        Assert.Subset(all.Select(a => a.Id).ToHashSet(), confirmed);
        Assert.Equal(40, (await outbox.ClaimAsync(100, [], Token)).Count);

        Task AllAsync(Func<int, Task> act) =>
            Parallel.ForEachAsync(
                Enumerable.Range(0, 500),
                new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token },
                async (i, _) => await act(i)
            );

        async Task<AppointmentView?> TakeAsync(AppointmentDetails? details)
        {
            try
            {
                var wanted = WantedTime.Of("2026-03-03T10:00:00Z", Some.Slot().Start);
                return await desk.BookAsync("q1", wanted, details, null, new Caller(null, null, null), null, Token);
            }
            catch (RefusedException e) when (e.Code == ErrorCodes.SlotTaken)
            {
                return null;
            }
        }

        Task<AppointmentView> ConfirmAsync(AppointmentView one) =>
            desk.ConfirmAsync(one.Id, new AppointmentDetails { CustomerName = "Ada" }, new Caller(null, null, one.Token), null, Token);
    }

    [Fact]
    public async Task Contact_data_of_guests_is_forgotten_a_while_after_the_end_and_not_before()
    {
        var (store, _) = await OpenAsync();
        await BookAsync(store, "booked");
        await BookAsync(store, "later", Some.Slot(40));
        foreach (var (id, at) in new[] { ("old", Some.Now), ("new", Some.Now.AddDays(2)) })
            await store.SaveAsync((await BookAsync(store, id, Some.Slot(20)))!.Cancel(null, at, null), 1, Token);

        await store.ForgetContactsAsync(Some.Now.AddHours(1), Token);
        Assert.Equal([null, "Ada", "Ada", "Ada"], await NamesAsync());
        await store.ForgetContactsAsync(Some.Slot().End.AddMinutes(1), Token);
        Assert.Equal([null, "Ada", null, "Ada"], await NamesAsync());

        async Task<List<string?>> NamesAsync()
        {
            var names = new List<string?>();
            foreach (var id in (string[])["old", "new", "booked", "later"])
                names.Add((await store.FindAsync(id, Token))!.CustomerName);
            return names;
        }
    }

    [Fact]
    public async Task Of_a_queue_the_latest_version_is_kept()
    {
        var (store, _) = await OpenAsync();
        Assert.Null(await store.FindQueueAsync("q1", Token));
        await store.SaveQueueAsync(new QueueCopy("q1", 2, Some.Queue(version: 2)), Token);
        await store.SaveQueueAsync(new QueueCopy("q1", 1, Some.Queue(places: 9)), Token);

        Assert.Equivalent(new QueueCopy("q1", 2, Some.Queue(version: 2)), await store.FindQueueAsync("q1", Token), strict: true);

        await store.SaveQueueAsync(new QueueCopy("q1", 3, null), Token);
        await store.SaveQueueAsync(new QueueCopy("q1", 2, Some.Queue(version: 2)), Token);
        Assert.Equal(new QueueCopy("q1", 3, null), await store.FindQueueAsync("q1", Token));
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static DateTimeOffset Until => Some.Now.AddMinutes(5);

    private static AppointmentFilter Any => new(null, null, null, null, null);

    private static async Task<Appointment?> BookAsync(
        IAppointmentStore store,
        string id,
        Slot? slot = null,
        int places = 2,
        string? userId = null,
        string? network = null,
        StoredResponse? answer = null
    )
    {
        slot ??= Some.Slot();
        Appointment? booked = null;
        try
        {
            await store.TakeAsync(
                new SlotRequest(id, "q1", slot, places),
                null,
                place =>
                {
                    var change = Appointment.Book(Some.Draft(id, userId, network), Some.Queue(places: places), slot, place, Some.Now, null);
                    booked = change.Next;
                    return (change, answer);
                },
                Token
            );
            return booked;
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.SlotTaken)
        {
            return null;
        }
    }

    private static async Task<Appointment> HoldAsync(IAppointmentStore store, string id, int places, string? network)
    {
        AppointmentChange? held = null;
        await store.TakeAsync(
            new SlotRequest(id, "q1", Some.Slot(), places),
            null,
            place =>
            {
                var draft = new NewAppointment
                {
                    Id = id,
                    Details = new AppointmentDetails(),
                    Network = network,
                    TokenHash = "token of " + id,
                };
                held = Appointment.Hold(draft, Some.Queue(places: places), Some.Slot(), place, Until, Some.Now);
                return (held, null);
            },
            Token
        );
        return held!.Next;
    }

    private static Task<bool> MoveAsync(IAppointmentStore store, Appointment from, Slot to) =>
        store.TakeAsync(
            new SlotRequest(from.Id, "q1", to, 1),
            from.Version,
            place => (from.Move(from.Details(), Some.Queue(), to, place, Some.Now, null), null),
            Token
        );
}
