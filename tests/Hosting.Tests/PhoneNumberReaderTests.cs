using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Tests;

public sealed class PhoneNumberReaderTests
{
    [Theory]
    [InlineData("٠٥٠١٢٣٤٥٦٧", "0501234567")]
    [InlineData("۰۹۱۲۳۴۵۶۷۸۹", "09123456789")]
    [InlineData("０９０１２３４５６７８", "09012345678")]
    [InlineData("\u202a+34 600 123 456\u202c", "+34600123456")]
    [InlineData("\u2068+34600123456\u2069", "+34600123456")]
    [InlineData("＋３４　６００　１２３　４５６", "+34600123456")]
    [InlineData("600\u2011123\u2011456", "600123456")]
    [InlineData("tel:+34600123456", "+34600123456")]
    [InlineData("(+34) 600-123-456", "+34600123456")]
    [InlineData("(020) 7946-0000", "02079460000")]
    [InlineData("tel:+34-600-123-456;ext=7", "+34600123456x7")]
    [InlineData("+1 555 123 4567 x12", "+15551234567x12")]
    [InlineData("+1 (555) 123-4567 ext. 12", "+15551234567x12")]
    [InlineData("0034 600 123 456", "+34600123456")]
    [InlineData("+49 (0)170 1234567", "+491701234567")]
    [InlineData("112", "112")]
    public void It_reads_numbers_as_devices_give_them(string text, string kept)
    {
        Assert.Equal(kept, Reader().Read(text));
        Assert.Equal(kept, Reader().Read(kept));
    }

    [Theory]
    [InlineData("-----123")]
    [InlineData("12")]
    [InlineData("+")]
    [InlineData("+12")]
    [InlineData("+999 600 123 456")]
    [InlineData("+34 600 123 456 789 012")]
    [InlineData("1234567890123456")]
    [InlineData("call me")]
    [InlineData("+34 600 123 45x")]
    [InlineData("600123456 x12345678")]
    [InlineData("½½½½½")]
    public void It_takes_nonsense_for_none(string text)
    {
        Assert.Null(Reader().Read(text));
        Assert.Null(Reader("DE").Read(text));
    }

    [Theory]
    [InlineData("DE", "(0170) 123-4567", "+491701234567")]
    [InlineData("de", "0049 170 1234567", "+491701234567")]
    [InlineData("ES", "600 123 456", "+34600123456")]
    [InlineData("US", "(212) 555-0123", "+12125550123")]
    [InlineData("US", "011 34 600 123 456", "+34600123456")]
    [InlineData("SA", "٠٥٠١٢٣٤٥٦٧", "+966501234567")]
    [InlineData("ES", "+49 170 1234567", "+491701234567")]
    public void A_local_number_is_of_the_country_of_the_house(string country, string text, string kept) =>
        Assert.Equal(kept, Reader(country).Read(text));

    [Fact]
    public void A_number_that_the_country_cannot_have_is_refused_with_the_way_out()
    {
        Assert.Null(Reader("ES").Read("0170 1234567"));
        Assert.Equal("must be a phone number of ES, or begin with + and the country code", Reader("ES").Rule);
    }

    [Fact]
    public void A_provider_is_given_E164_without_the_extension_or_nothing()
    {
        Assert.Equal("+15551234567", Reader().Dialable("+15551234567x12"));
        Assert.Equal("+34600123456", Reader("ES").Dialable("600 123 456"));
        Assert.Null(Reader().Dialable("600123456"));
        Assert.Null(Reader().Dialable("nonsense"));
    }

    [Fact]
    public void Without_the_setting_the_time_zone_tells_the_country()
    {
        Assert.SkipUnless(File.Exists("/usr/share/zoneinfo/zone.tab"), "The system has no table of time zones and countries.");
        Assert.Equal("+491701234567", Reader(zone: "Europe/Berlin").Read("0170 1234567"));
        Assert.Equal("01701234567", Reader(zone: "UTC").Read("0170 1234567"));
    }

    [Theory]
    [InlineData("XX")]
    [InlineData("Spain")]
    [InlineData("34")]
    public void A_country_that_does_not_exist_stops_the_start(string country) =>
        Assert.StartsWith(
            "DEFAULT_COUNTRY must be ",
            Assert.Throws<StartupException>(() => Reader(country)).Message,
            StringComparison.Ordinal
        );

    private static PhoneNumberReader Reader(string? country = null, string zone = "UTC") =>
        PhoneNumberReader.From(
            new SettingsReader(
                new ConfigurationBuilder().AddInMemoryCollection([new("DEFAULT_COUNTRY", country), new("DEFAULT_TIME_ZONE", zone)]).Build()
            )
        );
}
