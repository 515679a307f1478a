namespace SmartQueue.Integration.Tests;

/// <summary>The tests that start a broker.</summary>
[CollectionDefinition(Name)]
public sealed class OnABroker
{
    /// <summary>What their collection is called.</summary>
    public const string Name = "On a broker";
}
