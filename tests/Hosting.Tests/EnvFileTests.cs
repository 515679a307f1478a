using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class EnvFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lines_are_read_as_people_write_them()
    {
        Write(
            """
            # the hall
            PUBLIC_URL=https://queue.example.org
            export CORS_ORIGINS = https://a.example # others
            SINGLE='a # b'
            DOUBLE="say \"hi\"\nand \\ go" # why

            EMPTY=
            SMTP_URL=smtp://user:p#ss@host:587
            """
        );
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["PUBLIC_URL"] = "https://queue.example.org",
                ["CORS_ORIGINS"] = "https://a.example",
                ["SINGLE"] = "a # b",
                ["DOUBLE"] = "say \"hi\"\nand \\ go",
                ["EMPTY"] = "",
                ["SMTP_URL"] = "smtp://user:p#ss@host:587",
            },
            EnvFile.Read(folder.Path)
        );
    }

    [Fact]
    public void Without_a_file_there_are_no_settings() => Assert.Empty(EnvFile.Read(folder.Path));

    [Theory]
    [InlineData("hunter2")]
    [InlineData("A=\"hunter2")]
    [InlineData("A='hunter2")]
    [InlineData("9A=hunter2")]
    public void A_line_of_another_form_is_named_and_not_repeated(string line)
    {
        Write("A=1\n" + line);
        var refusal = Assert.Throws<StartupException>(() => EnvFile.Read(folder.Path));
        Assert.Contains("Line 2", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    private void Write(string text) => File.WriteAllText(Path.Combine(folder.Path, ".env"), text);
}
