namespace SmartQueue.Testing;

/// <summary>What a client asks of a line.</summary>
public enum LineAct
{
    /// <summary>Takes a number.</summary>
    Take,

    /// <summary>Calls the next to a counter.</summary>
    Call,

    /// <summary>Announces who is called again.</summary>
    Recall,

    /// <summary>Serves who is called.</summary>
    Serve,

    /// <summary>Notes that who is called did not come.</summary>
    Miss,

    /// <summary>Cancels a ticket.</summary>
    Cancel,

    /// <summary>Sets who waits or is called aside.</summary>
    Park,

    /// <summary>Brings back who was set aside.</summary>
    Unpark,

    /// <summary>Lets others go first.</summary>
    Defer,

    /// <summary>Puts who is called or did not come back in line.</summary>
    Requeue,

    /// <summary>Sends who waits or is called to another line.</summary>
    Transfer,

    /// <summary>Reads who is in the line.</summary>
    Read,
}
