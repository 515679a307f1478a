namespace SmartQueue.Hosting.Auth;

/// <summary>The roles; each includes those before it.</summary>
public static class Roles
{
    /// <summary>A customer with an account.</summary>
    public const string User = "user";

    /// <summary>Staff who call and serve.</summary>
    public const string Operator = "operator";

    /// <summary>Who defines queues and people.</summary>
    public const string Admin = "admin";

    /// <summary>Every role there is, lowest first.</summary>
    public static readonly IReadOnlyList<string> All = [User, Operator, Admin];
}
