using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>What reaches the consumers of one process, and what becomes of what they cannot handle.</summary>
public sealed class ProcessBusTests
{
    // As many as are tried at once, and some that have to wait.
    private const int Messages = 20;
    private const int AtOnce = 4;

    private readonly FakeTimeProvider time = new();
    private readonly Desk desk = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_endpoint_gets_the_record_itself_and_of_its_own_events_alone()
    {
        await using var host = await StartAsync();
        var said = Said("q");
        var erased = new UserErased
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = said.OccurredAt,
            UserId = "u",
            Version = 1,
        };

        await PublishAsync(host, erased);
        await PublishAsync(host, said);

        await Eventually.TrueAsync(() => Task.FromResult(desk.Heard.Count == 3));
        Assert.Equal(2, desk.Heard.Count(h => ReferenceEquals(h.Message, said)));
        Assert.Equal(("second", (object)erased), Assert.Single(desk.Heard, h => h.Message is UserErased));
    }

    [Fact]
    public async Task What_fails_is_tried_again_and_then_given_up_and_holds_up_no_other()
    {
        desk.Fails = said => said.QueueId == "bad";
        await using var host = await StartAsync();

        await PublishAsync(host, Said("bad"));
        await PublishAsync(host, Said("good"));

        await Eventually.TrueAsync(() => Task.FromResult(desk.Heard.Any(h => h is ("first", QueueAnnouncement { QueueId: "good" }))));
        // Once it is given up, time brings no further attempt.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(desk.Attempts == 9);
        });
        time.Advance(TimeSpan.FromMinutes(1));
        await PublishAsync(host, Said("last"));
        await Eventually.TrueAsync(() => Task.FromResult(desk.Heard.Any(h => h is ("first", QueueAnnouncement { QueueId: "last" }))));
        Assert.Equal(9, desk.Attempts);
    }

    [Fact]
    public async Task An_event_is_done_once_every_endpoint_is_and_never_where_one_gave_it_up()
    {
        desk.Fails = said => said.QueueId == "bad";
        desk.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync();

        var good = await PublishAsync(host, Said("good"));
        var bad = await PublishAsync(host, Said("bad"));
        await Eventually.TrueAsync(() => Task.FromResult(desk.Heard.Count(h => h.Endpoint == "second") == 2));
        Assert.False(good.IsDone);
        desk.Gate.SetResult();

        await Eventually.TrueAsync(() => Task.FromResult(good.IsDone));
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(bad.IsGivenUp);
        });
        Assert.False(bad.IsDone);
        Assert.False(good.IsGivenUp);
    }

    [Fact]
    public async Task No_more_are_handled_at_once_than_the_endpoint_says()
    {
        desk.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync();
        for (var i = 0; i < Messages; i++)
            await PublishAsync(host, Said($"q-{i}"));

        await Eventually.TrueAsync(() => Task.FromResult(desk.Begun == AtOnce));
        // The other endpoint is through with all of them: this one had its time.
        await Eventually.TrueAsync(() => Task.FromResult(desk.Heard.Count(h => h.Endpoint == "second") == Messages));
        Assert.Equal(AtOnce, desk.Begun);

        desk.Gate.SetResult();
        await Eventually.TrueAsync(() => Task.FromResult(desk.Heard.Count(h => h.Endpoint == "first") == Messages));
    }

    [Fact]
    public async Task What_was_begun_is_finished_when_the_process_stops()
    {
        desk.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await StartAsync();
        await PublishAsync(host, Said("q"));
        await Eventually.TrueAsync(() => Task.FromResult(desk.Begun == 1));

        var stopping = host.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);
        desk.Gate.SetResult();

        await stopping.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Contains(desk.Heard, h => h.Endpoint == "first");
    }

    private static QueueAnnouncement Said(string queueId) =>
        new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = DateTimeOffset.UnixEpoch,
            QueueId = queueId,
            Version = 1,
            Message = "Fire drill at noon",
        };

    private static Task<Publication> PublishAsync(ServiceHost host, IEvent happened) =>
        host.Services.GetRequiredService<IEventPublisher>().PublishAsync(happened, Token);

    private Task<ServiceHost> StartAsync() =>
        ServiceHost.StartAsync([new Listeners()], time, configure: services => services.AddSingleton(desk));

    private sealed class Desk
    {
        private int attempts;
        private int begun;

        public ConcurrentQueue<(string Endpoint, object Message)> Heard { get; } = new();

        public Func<QueueAnnouncement, bool> Fails { get; set; } = _ => false;

        public TaskCompletionSource? Gate { get; set; }

        public int Attempts => Volatile.Read(ref attempts);

        public int Begun => Volatile.Read(ref begun);

        public async Task HearAsync(QueueAnnouncement said)
        {
            Interlocked.Increment(ref begun);
            if (Fails(said))
            {
                Interlocked.Increment(ref attempts);
                throw new InvalidOperationException("It cannot be handled.");
            }

            if (Gate is { } gate)
                await gate.Task;
            Heard.Enqueue(("first", said));
        }
    }

    private sealed class First(Desk desk) : IEventConsumer<QueueAnnouncement>
    {
        public Task ConsumeAsync(QueueAnnouncement happened, CancellationToken cancellationToken) => desk.HearAsync(happened);
    }

    private sealed class Second(Desk desk) : IEventConsumer<QueueAnnouncement>, IEventConsumer<UserErased>
    {
        public Task ConsumeAsync(QueueAnnouncement happened, CancellationToken cancellationToken) => Hear(happened);

        public Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken) => Hear(happened);

        private Task Hear(object happened)
        {
            desk.Heard.Enqueue(("second", happened));
            return Task.CompletedTask;
        }
    }

    private sealed class Listeners : IServiceModule
    {
        public string Name => "listeners";

        public IReadOnlyList<string> Routes => [];

        public IReadOnlyList<ServiceEndpoint> Endpoints =>
            [new("first", [typeof(First)]) { Concurrency = AtOnce }, new("second", [typeof(Second)])];

        public void AddServices(IServiceCollection services, ModuleContext context) { }

        public void MapEndpoints(IEndpointRouteBuilder routes) { }
    }
}
