namespace SmartQueue.Gateway.Tests;

/// <summary>Who may, as the tests declare it.</summary>
public enum Access
{
    /// <summary>Anyone who comes.</summary>
    Anyone,

    /// <summary>Anyone who has an account.</summary>
    SignedIn,

    /// <summary>Staff.</summary>
    Operator,

    /// <summary>Those who manage the system.</summary>
    Admin,

    /// <summary>The owner of the ticket, anyone who holds its tracking token, and staff; for others there is no such ticket.</summary>
    Ticket,

    /// <summary>Staff, out of those the ticket is there for.</summary>
    TicketStaff,

    /// <summary>The account itself and admins; for others there is no such account.</summary>
    Self,

    /// <summary>The account itself and staff; for others there is no such account.</summary>
    SelfOrOperator,
}
