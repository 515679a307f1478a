using SmartQueue.Hosting.Errors;

namespace SmartQueue.Queues.Domain;

/// <summary>The letters before the numbers of a queue. In one branch no two queues have the same, or two people would hold the same
/// number.</summary>
internal static class Prefixes
{
    private const int Letters = 26;
    private const int Longest = 3;

    /// <summary>The first of A to Z, then of AA, AB and so on, that no queue of the branch has.</summary>
    /// <exception cref="RefusedException"><c>PREFIX_TAKEN</c>: none is left.</exception>
    public static string FirstFree(IReadOnlyCollection<string> taken) =>
        Enumerable.Range(1, Longest).SelectMany(OfLength).Except(taken).FirstOrDefault()
        ?? throw new RefusedException(ErrorCodes.PrefixTaken, "Every prefix is taken. Delete a queue that is no longer needed.");

    /// <summary>Another queue has the prefix that is asked for.</summary>
    public static RefusedException Taken(string prefix, string by) =>
        new(
            ErrorCodes.PrefixTaken,
            $"{by} has the prefix {prefix} already, and two queues would give the same numbers. Choose another prefix, or leave it out."
        );

    private static IEnumerable<string> OfLength(int length) =>
        length == 0
            ? [""]
            : OfLength(length - 1).SelectMany(start => Enumerable.Range(0, Letters).Select(letter => start + (char)('A' + letter)));
}
