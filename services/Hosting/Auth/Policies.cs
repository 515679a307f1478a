namespace SmartQueue.Hosting.Auth;

/// <summary>Names of the authorization policies endpoints require.</summary>
public static class Policies
{
    /// <summary>Anyone with a valid access token, whatever the role.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Staff: operators, and admins, who may do all that operators may.</summary>
    public const string Operator = "operator";

    /// <summary>Admins only, who define queues and people.</summary>
    public const string Admin = "admin";
}
