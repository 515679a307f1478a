using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Analytics.Tests;

public sealed class AnalyticsOptionsTests
{
    [Fact]
    public void Tracked_events_are_kept_for_ninety_days_unless_told_otherwise()
    {
        Assert.Equal(TimeSpan.FromDays(90), Read([]).TrackedRetention);
        Assert.Equal(TimeSpan.FromDays(7), Read(new() { ["TRACKED_EVENTS_RETENTION"] = "7d" }).TrackedRetention);
    }

    [Fact]
    public void Tracked_events_are_never_kept_longer_than_tickets() =>
        Assert.Equal(TimeSpan.FromDays(30), Read(new() { ["ANALYTICS_RETENTION"] = "30d" }).TrackedRetention);

    [Theory]
    [InlineData("ANALYTICS_RETENTION", "23h", "ANALYTICS_RETENTION must be at least a day, such as 730d.")]
    [InlineData("TRACKED_EVENTS_RETENTION", "1h", "TRACKED_EVENTS_RETENTION must be at least a day, such as 730d.")]
    [InlineData("TRACKED_EVENTS_PER_DAY", "0", "TRACKED_EVENTS_PER_DAY must be a whole number from 1 to 1000000, but is '0'.")]
    public void A_wrong_setting_is_named(string name, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<StartupException>(() => Read(new() { [name] = value })).Message);

    private static AnalyticsOptions Read(Dictionary<string, string?> settings) =>
        AnalyticsOptions.From(new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
}
