using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Facts;

/// <summary>How long a counter was of one status with one operator within a range.</summary>
/// <param name="CounterId">The counter.</param>
/// <param name="Name">Its name in the last of these sessions.</param>
/// <param name="Version">The counter's version in that one.</param>
/// <param name="Status">Open, or on a break.</param>
/// <param name="OperatorId">Who sat there; <c>null</c> once the account is erased.</param>
/// <param name="Milliseconds">How long, ends of the range apart.</param>
internal sealed record SessionSum(string CounterId, string Name, long Version, CounterStatus Status, string? OperatorId, long Milliseconds);
