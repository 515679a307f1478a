using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class SettingsReaderTests
{
    private const string Name = "THE_SETTING";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void An_absent_value_takes_the_default(string? value)
    {
        var settings = With(value);

        Assert.Null(settings.Text(Name));
        Assert.Equal(7, settings.Number(Name, 7, 1, 9));
        Assert.True(settings.Flag(Name, true));
        Assert.Equal(TimeSpan.FromSeconds(3), settings.Duration(Name, TimeSpan.FromSeconds(3)));
        Assert.Null(settings.Address(Name, "http"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("10")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("1,000")]
    [InlineData("5.0")]
    [InlineData("five")]
    [InlineData("99999999999999999999")]
    public void A_wrong_number_names_its_setting(string value) =>
        Wrong(() => With(value).Number(Name, 5, 1, 9), $"{Name} must be a whole number from 1 to 9, but is '{value}'.");

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public void A_wrong_port_names_its_setting(string value) =>
        Wrong(() => With(value).Port(Name, 4000), $"{Name} must be a whole number from 1 to 65535, but is '{value}'.");

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    public void A_wrong_flag_names_its_setting(string value) =>
        Wrong(() => With(value).Flag(Name, true), $"{Name} must be true or false, but is '{value}'.");

    [Theory]
    [InlineData("90")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("1w")]
    [InlineData("15 m")]
    [InlineData("9999999999s")]
    [InlineData("999999999d")]
    [InlineData("999999999h")]
    public void A_wrong_duration_names_its_setting(string value) =>
        Wrong(
            () => With(value).Duration(Name, TimeSpan.FromSeconds(1)),
            $"{Name} must be a length of time such as 90s, 15m, 12h or 7d, but is '{value}'."
        );

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData(" 12h ", 43_200)]
    [InlineData("7d", 604_800)]
    public void Durations_have_units(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), With(value).Duration(Name, TimeSpan.Zero));

    [Theory]
    [InlineData(null, 30)]
    [InlineData("7d", 7)]
    [InlineData("Off", null)]
    public void What_is_kept_for_a_while_may_be_kept_for_ever(string? value, int? days) =>
        Assert.Equal(days, With(value).Retention(Name, TimeSpan.FromDays(30), TimeSpan.FromDays(7))?.Days);

    [Theory]
    [InlineData("6d")]
    [InlineData("24h")]
    public void What_is_kept_too_short_names_its_setting(string value) =>
        Wrong(
            () => With(value).Retention(Name, TimeSpan.FromDays(30), TimeSpan.FromDays(7)),
            $"{Name} must be off or a length of time of at least 7d, but is '{value}'."
        );

    [Theory]
    [InlineData("localhost:5672")]
    [InlineData("ftp://user:secret@host/")]
    [InlineData("//host")]
    [InlineData("amqp://")]
    public void A_wrong_address_names_its_setting_and_never_shows_what_it_holds(string value) =>
        Wrong(() => With(value).Address(Name, "amqp", "amqps"), $"{Name} must be an address that begins with amqp:// or amqps://.");

    [Fact]
    public void An_address_of_the_right_kind_is_taken() =>
        Assert.Equal("host", With("amqps://u:p@host:5671/v").Address(Name, "amqp", "amqps")!.Host);

    [Fact]
    public void Any_setting_may_stand_in_a_file()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "secret");
        File.WriteAllText(path, "15m\n");
        var settings = InFile(path);
        Assert.Equal("15m", settings.Text(Name));
        Assert.Equal(TimeSpan.FromMinutes(15), settings.Duration(Name, TimeSpan.Zero));
        // What names no file is as if it were not there.
        Assert.Equal("plain", InFile("", "plain").Text(Name));
    }

    [Fact]
    public void A_file_that_gives_no_setting_stops_the_start_and_shows_no_secret()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "secret");
        Assert.StartsWith(
            $"{Name}_FILE names the file {path}, which cannot be read: ",
            Assert.Throws<StartupException>(() => InFile(path).Text(Name)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(path, " \n");
        Wrong(() => InFile(path).Text(Name), $"{Name}_FILE names the file {path}, which is empty.");
        File.WriteAllText(path, "hunter2");
        Wrong(() => InFile(path, "hunter3").Text(Name), $"{Name} and {Name}_FILE are both set: keep one of them.");
    }

    private static SettingsReader InFile(string path, string? value = null) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new(Name + "_FILE", path), new(Name, value)]).Build());

    private static SettingsReader With(string? value) => new(new ConfigurationBuilder().AddInMemoryCollection([new(Name, value)]).Build());

    private static void Wrong(Func<object?> read, string sentence) => Assert.Equal(sentence, Assert.Throws<StartupException>(read).Message);
}
