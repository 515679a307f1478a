using System.Text;
using System.Text.Json;
using SmartQueue.Gateway.Pages;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

public sealed class CataloguesTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> BuiltIn = new()
    {
        ["en.json"] = Encoding.UTF8.GetBytes(
            """{"languageName":"English","direction":"ltr","trying":"Trying","back":"Back","skip":"Skip"}"""
        ),
        ["staff/en.json"] = Encoding.UTF8.GetBytes("""{"undo":"Undo"}"""),
        ["ar.json"] = Encoding.UTF8.GetBytes(
            """{"languageName":"العربية","direction":"rtl","trying":"مرة أخرى","back":"رجوع","skip":"تخط"}"""
        ),
        ["staff/ar.json"] = Encoding.UTF8.GetBytes("""{"undo":"تراجع"}"""),
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_a_folder_there_is_what_was_built_in()
    {
        var catalogues = new Catalogues(BuiltIn, Path.Combine(folder.Path, "absent"));
        Assert.Equal([("en", "English", "ltr", "Trying"), ("ar", "العربية", "rtl", "مرة أخرى")], Told(catalogues));
        Assert.Empty(catalogues.Changed);
    }

    [Fact]
    public void A_folder_adds_a_language_and_changes_words_and_what_it_leaves_out_is_English()
    {
        Write("nl.json", """{"languageName":"Nederlands","back":"Terug","of later":"?"}""");
        Write("ar.json", """{"back":"عودة"}""");
        Write("staff/ar.json", """{"undo":"إلغاء"}""");
        var before = new Catalogues(BuiltIn, Path.Combine(folder.Path, "absent")).Languages.Single(l => l.Tag == "ar");
        var catalogues = new Catalogues(BuiltIn, folder.Path);
        Assert.Equal(
            [("en", "English", "ltr", "Trying"), ("nl", "Nederlands", "ltr", "Trying"), ("ar", "العربية", "rtl", "مرة أخرى")],
            Told(catalogues)
        );
        Assert.Equal(["ar.json", "nl.json", "staff/ar.json", "staff/nl.json"], catalogues.Changed.Keys.Order(StringComparer.Ordinal));
        var dutch = JsonSerializer.Deserialize<Dictionary<string, string>>(catalogues.Changed["nl.json"])!;
        Assert.Equal(("Terug", "Skip"), (dutch["back"], dutch["skip"]));
        Assert.DoesNotContain("of later", dutch.Keys);
        Assert.Equal("""{"undo":"Undo"}""", Encoding.UTF8.GetString(catalogues.Changed["staff/nl.json"]));
        Assert.Contains("عودة", Encoding.UTF8.GetString(catalogues.Changed["ar.json"]), StringComparison.Ordinal);
        // So that browsers do not go on with the texts they keep.
        Assert.NotEqual(before.Version, catalogues.Languages.Single(l => l.Tag == "ar").Version);
    }

    [Theory]
    [InlineData("nl.json", "not JSON")]
    [InlineData("nl.json", """{"back":1}""")]
    [InlineData("my words.json", "{}")]
    public void A_file_that_is_no_catalogue_stops_the_start_and_is_named(string name, string texts)
    {
        Write(name, texts);
        var refused = Assert.Throws<StartupException>(() => new Catalogues(BuiltIn, folder.Path));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Tag, string Name, string Direction, string Trying)> Told(Catalogues catalogues) =>
        catalogues.Languages.Select(l => (l.Tag, l.Name, l.Direction, l.Trying));

    private void Write(string name, string texts)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "staff"));
        File.WriteAllText(Path.Combine(folder.Path, name), texts);
    }
}
