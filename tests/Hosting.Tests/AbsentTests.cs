using SmartQueue.Testing;
using Xunit.Sdk;

namespace SmartQueue.Hosting.Tests;

public sealed class AbsentTests
{
    [Theory]
    [InlineData("mongodb://127.0.0.1/", "MongoTicketStoreTests", true)]
    [InlineData("mongodb://127.0.0.1/", "BrokerFailureTests", false)]
    [InlineData("", "MongoTicketStoreTests", false)]
    [InlineData(null, "MongoTicketStoreTests", false)]
    public void With_a_MongoDB_given_its_tests_fail_where_they_would_be_skipped(string? given, string testClass, bool fails)
    {
        var end = EndOf(() => Absent.Skip("RabbitMQ is not installed.", given, testClass));
        Assert.Equal(fails ? typeof(FailException) : typeof(SkipException), end?.GetType());
        Assert.Contains("RabbitMQ is not installed.", end!.Message, StringComparison.Ordinal);
    }

    // What xunit's own methods make of a skip is that this test is skipped.
    private static Exception? EndOf(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception e) when (e is FailException or SkipException)
        {
            return e;
        }
    }
}
