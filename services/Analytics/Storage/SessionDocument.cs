using System.Globalization;
using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Storage;

/// <summary>What a counter was from an event on, in MongoDB.</summary>
internal sealed record SessionDocument
{
    /// <summary>The end of a session that goes on.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    public required string Id { get; init; }

    public required string BranchId { get; init; }

    public required string CounterId { get; init; }

    public required long Version { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it ended, UTC: the earliest of all later events that are known, so it only ever gets earlier.</summary>
    public required DateTimeOffset Until { get; init; }

    public required CounterStatus Status { get; init; }

    /// <summary>Who sat there; <c>null</c> while it was closed, and once the account is erased.</summary>
    public string? OperatorId { get; init; }

    /// <summary>The counter's name from then on.</summary>
    public required string Name { get; init; }

    /// <summary>Why it was on a break, if its operator said.</summary>
    public string? BreakReason { get; init; }

    /// <summary>The document of a fact, without an end.</summary>
    public static SessionDocument Of(CounterFact fact) =>
        new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{fact.CounterId}/{fact.Version}"),
            BranchId = fact.BranchId,
            CounterId = fact.CounterId,
            Version = fact.Version,
            At = fact.At,
            Until = Never,
            Status = fact.Status,
            OperatorId = fact.OperatorId,
            Name = fact.Name,
            BreakReason = fact.BreakReason,
        };
}
