namespace SmartQueue.Contracts;

/// <summary>What someone was told to expect when they joined a line, in seconds from then on.</summary>
/// <param name="EstimatedWaitTime">The wait they were told.</param>
/// <param name="Low">The lower end of the range that should hold four times in five.</param>
/// <param name="High">Its upper end.</param>
public sealed record WaitPromise(int EstimatedWaitTime, int Low, int High);
