namespace SmartQueue.Contracts.Tests;

public sealed class TicketNumberTests
{
    [Theory]
    [InlineData("A-42", 42)]
    [InlineData("XYZ-1", 1)]
    [InlineData("A-2147483647", int.MaxValue)]
    [InlineData("A-", null)]
    [InlineData("A", null)]
    [InlineData("A--1", 1)]
    [InlineData("A-99999999999", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_sequence_of_a_number_is_what_follows_the_hyphen(string? number, int? sequence) =>
        Assert.Equal(sequence, TicketNumber.SequenceOf(number));
}
