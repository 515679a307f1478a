namespace SmartQueue.Hosting.Http;

/// <summary>A parameter that a type reads from the query by itself, for the interface document: the framework cannot see it.</summary>
/// <param name="Name">As it stands in the address.</param>
/// <param name="Description">What it is.</param>
internal sealed record QueryParameter(string Name, string Description)
{
    /// <summary>The least and the most it may be, for a whole number; <c>null</c> for a text.</summary>
    public (int Min, int Max, int Default)? Range { get; init; }

    /// <summary>The most items it may have, for a list with commas between; <c>null</c> for one value.</summary>
    public int? MaxItems { get; init; }
}
