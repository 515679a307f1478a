using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Tests;

public sealed class QueueTests
{
    [Fact]
    public void When_its_time_zone_was_last_changed_is_kept_through_all_other_changes()
    {
        var queue = Queue.Create("q", Sample.Definition(), Sample.Now).Next;
        Assert.Null(queue.Definition.TimeZoneSince);
        var renamed = queue.Define(Sample.Definition("Renamed"), Sample.Now.AddHours(1)).Next;
        Assert.Null(renamed.Definition.TimeZoneSince);

        var corrected = Sample.Definition() with { TimeZone = "Pacific/Auckland" };
        queue = renamed.Define(corrected, Sample.Now.AddHours(2)).Next;
        Assert.Equal(Sample.Now.AddHours(2), queue.Definition.TimeZoneSince);
        queue = queue.Define(corrected with { IsActive = false }, Sample.Now.AddHours(3)).Next.Announce("Back soon", Sample.Now).Next;
        Assert.Equal(Sample.Now.AddHours(2), queue.Definition.TimeZoneSince);
        queue = queue.Define(Sample.Definition(), Sample.Now.AddHours(4)).Next;
        Assert.Equal(Sample.Now.AddHours(4), queue.Definition.TimeZoneSince);
    }
}
