using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Tests;

public sealed class FieldErrorsTests
{
    [Fact]
    public void Nothing_noted_refuses_nothing()
    {
        var errors = new FieldErrors();

        Assert.Equal("text", errors.Required("a", " text ", 4));
        Assert.Null(errors.Optional("b", "  ", 4));
        Assert.Equal(5, errors.Range("c", null, 5, 1, 9));
        errors.ThrowIfAny();
    }

    [Fact]
    public void Everything_noted_is_told_at_once_and_the_first_in_a_sentence()
    {
        var errors = new FieldErrors();
        errors.Required("name", null, 10);
        errors.Optional("note", "too long\u0001", 3);
        errors.Range("count", 10, 5, 1, 9);

        var refusal = Assert.Throws<RefusedException>(errors.ThrowIfAny);

        Assert.Equal(ErrorCodes.ValidationFailed, refusal.Code);
        Assert.Equal("The field name is required.", refusal.Message);
        Assert.Equal(["name", "note", "count"], refusal.Fields!.Keys);
        Assert.Equal(["must be at most 3 characters", "must not hold control characters"], refusal.Fields["note"]);
        Assert.Equal(["must be from 1 to 9"], refusal.Fields["count"]);
    }

    [Theory]
    [InlineData("a\0b", false)]
    [InlineData("a\u001bb", false)]
    [InlineData("a\u007fb", false)]
    [InlineData("a\rb", false)]
    [InlineData("line\nline\ttab", true)]
    [InlineData("Zoë 😀 李", true)]
    public void Texts_hold_no_control_characters(string value, bool allowed) => Check(e => e.Optional("f", value, 50), allowed);

    // By code, for an attribute cannot carry half a character.
    [Theory]
    [InlineData(0xd800)]
    [InlineData(0xdc00)]
    [InlineData(0xdc00, 0xd800)]
    [InlineData(0xd83d, 0xd83d, 0xde00)]
    public void Texts_hold_no_half_characters(params int[] codes) =>
        Check(e => e.Optional("f", "a" + string.Concat(codes.Select(c => (char)c)), 50), false);

    [Theory]
    [InlineData("ada@example.org", true)]
    [InlineData("ADA+queue@Example.ORG", true)]
    [InlineData("ada@example.org\r\nBcc: x@y.z", false)]
    [InlineData("Ada <ada@example.org>", false)]
    [InlineData("ada@", false)]
    [InlineData("@example.org", false)]
    [InlineData("ada", false)]
    [InlineData("a b@example.org", false)]
    public void Email_addresses_are_addresses(string value, bool allowed) => Check(e => e.Email("f", value), allowed);

    [Fact]
    public void Email_addresses_are_kept_in_lower_case() =>
        Assert.Equal("ada@example.org", new FieldErrors().Email("f", " Ada@Example.ORG "));

    [Theory]
    [InlineData("+34 600 000 000", true)]
    [InlineData("(020) 7946-0000", true)]
    [InlineData("112", true)]
    [InlineData("12", false)]
    [InlineData("1234567890123456", false)]
    [InlineData("34+600000", false)]
    [InlineData("call me", false)]
    [InlineData("٠١٢٣٤", true)]
    [InlineData("-----123", false)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000000000000000000", false)]
    public void Phone_numbers_are_digits(string value, bool allowed) =>
        Check(
            e =>
                e.Phone(
                    "f",
                    value,
                    PhoneNumberReader.From(
                        new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("DEFAULT_TIME_ZONE", "UTC")]).Build())
                    )
                ),
            allowed
        );

    private static void Check(Func<FieldErrors, object?> read, bool allowed)
    {
        var errors = new FieldErrors();
        read(errors);
        if (allowed)
            errors.ThrowIfAny();
        else
            Assert.Equal(["f"], Assert.Throws<RefusedException>(errors.ThrowIfAny).Fields!.Keys);
    }
}
