namespace SmartQueue.Gateway.Push;

/// <summary>Names of the hub's groups.</summary>
internal static class PushGroups
{
    public static string Queue(string queueId) => "queue:" + queueId;

    public static string Ticket(string ticketId) => "ticket:" + ticketId;

    public static string User(string userId) => "user:" + userId;
}
