namespace SmartQueue.Estimates.Tests;

public sealed class RoundingTests
{
    [Theory]
    [InlineData(-3, 0)]
    [InlineData(0, 0)]
    [InlineData(7, 5)]
    [InlineData(130, 135)]
    [InlineData(1000, 1020)]
    public void Waits_are_told_in_steps_that_grow(double seconds, int told) => Assert.Equal(told, Rounding.Nearest(seconds));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void What_cannot_be_told_is_a_week(double seconds) => Assert.Equal(7 * 24 * 3600, Rounding.Up(seconds));

    [Fact]
    public void The_ends_of_a_range_are_rounded_outwards() => Assert.Equal((40, 45), (Rounding.Down(44), Rounding.Up(41)));
}
