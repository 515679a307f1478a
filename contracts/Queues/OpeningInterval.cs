namespace SmartQueue.Contracts;

/// <summary>A stretch of a week in which a queue gives numbers, on the wall clock of the queue's time zone.</summary>
/// <param name="Day">The day it begins.</param>
/// <param name="Opens">When it begins.</param>
/// <param name="Closes">When it ends, exclusive. At or before <paramref name="Opens"/> it ends on the next day.</param>
public sealed record OpeningInterval(WeekDay Day, TimeOnly Opens, TimeOnly Closes);
