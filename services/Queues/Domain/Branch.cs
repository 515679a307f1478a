using System.Text.Json.Serialization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues.Domain;

/// <summary>A place whose queues share an address, a clock and hours. Immutable: each change gives the next state with its
/// event.</summary>
internal sealed record Branch
{
    /// <summary>What it is, as it is told to others.</summary>
    public required BranchState Definition { get; init; }

    /// <summary>Set on what is left of a deleted branch where its last event still has to be carried.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    [JsonIgnore]
    public string Id => Definition.Id;

    [JsonIgnore]
    public long Version => Definition.Version;

    /// <summary>A new branch.</summary>
    /// <param name="id">Its id, for ever.</param>
    /// <param name="wanted">What a manager decided; identity, times and version are given here.</param>
    /// <param name="at">Now, UTC.</param>
    /// <param name="by">The account that makes it; <c>null</c> where the system does.</param>
    public static BranchChange Create(string id, BranchState wanted, DateTimeOffset at, string? by)
    {
        var branch = new Branch { Definition = wanted with { Id = id, CreatedAt = at, UpdatedAt = at, Version = 1 } };
        return new(
            branch,
            new BranchCreated
            {
                EventId = EventId(at),
                OccurredAt = at,
                BranchId = id,
                Version = branch.Version,
                Branch = branch.Definition,
                By = by,
            }
        );
    }

    /// <summary>The branch that every installation has.</summary>
    /// <param name="timeZone">Its time zone.</param>
    /// <param name="at">Now, UTC.</param>
    public static BranchChange CreateMain(string timeZone, DateTimeOffset at) =>
        Create(
            Branches.Main,
            new BranchState
            {
                Id = Branches.Main,
                Slug = Branches.Main,
                Name = "Main",
                TimeZone = timeZone,
                Languages = [],
                CreatedAt = at,
                UpdatedAt = at,
                Version = 1,
            },
            at,
            by: null
        );

    /// <summary>The same branch as a manager wants it now; identity, times and version stay its own.</summary>
    public BranchChange Define(BranchState wanted, DateTimeOffset at, string? by)
    {
        var next = this with { Definition = Next(wanted, at) };
        return new(
            next,
            new BranchUpdated
            {
                EventId = EventId(at),
                OccurredAt = at,
                BranchId = Id,
                Version = next.Version,
                Branch = next.Definition,
                By = by,
            }
        );
    }

    public BranchChange Delete(DateTimeOffset at, string? by)
    {
        var next = this with { Definition = Next(Definition, at), DeletedAt = at };
        return new(
            next,
            new BranchDeleted
            {
                EventId = EventId(at),
                OccurredAt = at,
                BranchId = Id,
                Version = next.Version,
                Branch = next.Definition,
                By = by,
            }
        );
    }

    /// <summary>Its own hours and closures; <c>null</c> where this machine does not know its time zone.</summary>
    public ServiceCalendar? Calendar() =>
        ServiceCalendar.FindZone(Definition.TimeZone) is null
            ? null
            : new(Definition.TimeZone, Definition.OpeningHours, NumberReset.Daily, Definition.Closures);

    private static Guid EventId(DateTimeOffset at) => Guid.CreateVersion7(at);

    private BranchState Next(BranchState wanted, DateTimeOffset at) =>
        wanted with
        {
            Id = Id,
            CreatedAt = Definition.CreatedAt,
            UpdatedAt = at,
            Version = Version + 1,
        };
}
