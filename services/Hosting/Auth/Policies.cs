namespace SmartQueue.Hosting.Auth;

/// <summary>Names of the authorization policies endpoints require.</summary>
public static class Policies
{
    /// <summary>Anyone signed in.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Operators and admins.</summary>
    public const string Operator = "operator";

    /// <summary>Admins.</summary>
    public const string Admin = "admin";
}
