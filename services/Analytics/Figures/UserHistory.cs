namespace SmartQueue.Analytics.Figures;

/// <summary>The tickets of an account: totals over all of them, and one page, newest first.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Totals">Over all its tickets, whatever the page.</param>
/// <param name="Tickets">The page.</param>
/// <param name="NextCursor">Where the next page begins; <c>null</c> on the last one.</param>
internal sealed record UserHistory(string UserId, UserTotals Totals, IReadOnlyList<UserTicket> Tickets, string? NextCursor);
