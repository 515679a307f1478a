using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>What a queue has of its own, where others have what their branch has.</summary>
/// <param name="TimeZone">Whether it has a time zone of its own.</param>
/// <param name="OpeningHours">Whether it has opening hours of its own, or decidedly none.</param>
/// <param name="Closures">Whether it has closures of its own, or decidedly none.</param>
internal sealed record OwnSchedule(bool TimeZone, bool OpeningHours, bool Closures)
{
    public static readonly OwnSchedule All = new(true, true, true);

    /// <summary>A definition with what is the branch's taken from there.</summary>
    public QueueDefinition Fill(QueueDefinition definition, BranchState branch) =>
        definition with
        {
            BranchId = branch.Id,
            TimeZone = TimeZone ? definition.TimeZone : branch.TimeZone,
            OpeningHours = OpeningHours ? definition.OpeningHours : branch.OpeningHours,
            Closures = Closures ? definition.Closures : branch.Closures,
        };
}
