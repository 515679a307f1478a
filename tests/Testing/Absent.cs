namespace SmartQueue.Testing;

/// <summary>Something that a test needs and that this machine does not have.</summary>
public static class Absent
{
    /// <summary>Skips the running test, unless it is one of MongoDB and a server was given: then whoever gave it counts on the test.</summary>
    /// <param name="reason">What is absent, and how to have it.</param>
    public static void Skip(string reason) =>
        Skip(reason, Environment.GetEnvironmentVariable(TestMongo.Variable), TestContext.Current.TestClass?.TestClassSimpleName);

    /// <summary>The same, for a test of a class, with what <see cref="TestMongo.Variable"/> says.</summary>
    public static void Skip(string reason, string? mongo, string? testClass)
    {
        if (mongo is { Length: > 0 } && testClass?.StartsWith("Mongo", StringComparison.Ordinal) != false)
            Assert.Fail($"A MongoDB is given, so its tests may not be skipped: {reason}");
        Assert.Skip(reason);
    }
}
