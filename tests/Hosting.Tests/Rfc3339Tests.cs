using System.Globalization;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Tests;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-03-29T08:15:00Z", "2026-03-29T08:15:00.000")]
    [InlineData("2026-03-29t08:15:00z", "2026-03-29T08:15:00.000")]
    [InlineData("2026-03-29T08:15:00.5Z", "2026-03-29T08:15:00.500")]
    [InlineData("2026-03-29T08:15:00.123456789Z", "2026-03-29T08:15:00.123")]
    [InlineData("2026-03-29T08:15:00+01:00", "2026-03-29T07:15:00.000")]
    [InlineData("2026-03-29T08:15:00-00:00", "2026-03-29T08:15:00.000")]
    [InlineData("2026-01-01T00:15:00+05:45", "2025-12-31T18:30:00.000")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000")]
    public void A_time_with_its_offset_is_read(string text, string utc)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(utc, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("1774771200")]
    [InlineData("01/02/2026")]
    [InlineData("2026-01-01")]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01T00:00Z")]
    [InlineData("2026-01-01 00:00:00Z")]
    [InlineData("2026-01-01T00:00:00 Z")]
    [InlineData(" 2026-01-01T00:00:00Z")]
    [InlineData("2026-01-01T00:00:00Z\n")]
    [InlineData("2026-01-01T00:00:00.Z")]
    [InlineData("2026-01-01T00:00:00,5Z")]
    [InlineData("2026-01-01T00:00:00+0100")]
    [InlineData("2026-01-01T00:00:00+01")]
    [InlineData("2026-01-01T00:00:00+99:00")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2026-W01-1T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("2200-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("\u0662026-01-01T00:00:00Z")]
    public void Anything_else_is_not_guessed(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
