namespace SmartQueue.Tickets.Storage;

/// <summary>Another counter of the branch has the name.</summary>
internal sealed class NameTakenException : Exception
{
    public NameTakenException()
        : base("Another counter of the branch has the name.") { }
}
