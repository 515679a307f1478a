namespace SmartQueue.Gateway.Push;

/// <summary>Names of the hub's groups.</summary>
internal static class PushGroups
{
    public static string Queue(string queueId) => "queue:" + queueId;

    public static string Ticket(string ticketId) => "ticket:" + ticketId;

    public static string Branch(string branchId) => "branch:" + branchId;

    public static string Counter(string counterId) => "counter:" + counterId;

    /// <summary>What moves a ticket, for the counter that holds it: one that leaves a counter no longer names it.</summary>
    public static string Held(string ticketId) => "held:" + ticketId;

    public static string User(string userId) => "user:" + userId;
}
