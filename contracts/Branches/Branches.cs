namespace SmartQueue.Contracts;

/// <summary>Places of an installation.</summary>
public static class Branches
{
    /// <summary>The branch that every installation has. What was made before there were branches is in it, and what is made without naming
    /// one.</summary>
    public const string Main = "main";
}
