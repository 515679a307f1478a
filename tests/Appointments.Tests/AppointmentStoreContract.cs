using System.Collections.Concurrent;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
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

    private static Task<bool> MoveAsync(IAppointmentStore store, Appointment from, Slot to) =>
        store.TakeAsync(
            new SlotRequest(from.Id, "q1", to, 1),
            from.Version,
            place => (from.Move(from.Details(), Some.Queue(), to, place, Some.Now, null), null),
            Token
        );
}
