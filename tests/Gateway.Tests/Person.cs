namespace SmartQueue.Gateway.Tests;

/// <summary>Who tries.</summary>
public enum Person
{
    /// <summary>Nobody in particular.</summary>
    Guest,

    /// <summary>A guest who holds the ticket's tracking token.</summary>
    TokenHolder,

    /// <summary>The account the ticket, or the account, is.</summary>
    Owner,

    /// <summary>Another account.</summary>
    Other,

    /// <summary>Staff.</summary>
    Operator,

    /// <summary>An admin.</summary>
    Admin,
}
