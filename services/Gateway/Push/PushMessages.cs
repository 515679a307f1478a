namespace SmartQueue.Gateway.Push;

/// <summary>Names of what the hub sends.</summary>
internal static class PushMessages
{
    public const string QueueUpdated = "queue:updated";
    public const string TicketUpdated = "ticket:updated";
    public const string TicketCalled = "ticket:called";
    public const string Announcement = "queue:announcement";
    public const string Notification = "notification";
}
