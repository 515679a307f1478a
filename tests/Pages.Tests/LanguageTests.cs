using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartQueue.Pages.Tests;

/// <summary>Languages are files: those that are built in are complete, and an operator's need no build.</summary>
public sealed partial class LanguageTests(SystemWithPages system)
{
    private static readonly string Folder = Path.Combine(SystemWithPages.Sources, "public/locales");

    /// <summary>Every catalogue but those of English, by the end of its path.</summary>
    public static TheoryData<string> Catalogues =>
        [
            .. Tags()
                .SelectMany(tag => (string[])[$"{tag}.json", $"staff/{tag}.json"])
                .Where(name => !name.EndsWith("en.json", StringComparison.Ordinal)),
        ];

    [Fact]
    public void There_are_the_languages_that_are_promised()
    {
        string[] promised = ["ar", "de", "en", "es", "fr", "pt", "tr", "uk"];
        Assert.Equal(promised, Tags().Order(StringComparer.Ordinal));
        Assert.Equal(
            promised,
            Directory
                .GetFiles(Path.Combine(SystemProcess.Root, "services/Notifications/Templates"))
                .Select(Path.GetFileNameWithoutExtension)
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void A_catalogue_has_the_keys_and_placeholders_of_English(string name)
    {
        var english = Read(name.StartsWith("staff/", StringComparison.Ordinal) ? "staff/en.json" : "en.json");
        var texts = Read(name);
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), texts.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in texts)
        {
            Assert.NotEqual("", text.Trim());
            Assert.Equal((key, Placeholders(english[key])), (key, Placeholders(text)));
        }
    }

    [Fact]
    public void No_text_is_for_everyone_and_for_staff_at_once() => Assert.Empty(Read("en.json").Keys.Intersect(Read("staff/en.json").Keys));

    [Theory]
    [InlineData("fr", "Prendre un numéro", "ltr")]
    [InlineData("pt", "Pegar um número", "ltr")]
    [InlineData("tr", "Numara al", "ltr")]
    [InlineData("uk", "Взяти номер", "ltr")]
    [InlineData("ar", "خذ رقمًا", "rtl")]
    public async Task A_browser_of_a_language_gets_it_without_asking(string language, string take, string direction)
    {
        var queue = await system.DefineQueueAsync($"Spoken {language}");
        var options = Device.Phone;
        options.Locale = $"{language}-XX";
        await using var phone = await system.OpenAsync(options);
        await phone.GoToAsync($"/q/{queue}");
        await Expect(phone.Button(take)).ToBeVisibleAsync();
        await Expect(phone.Page.Locator("html")).ToHaveAttributeAsync("dir", direction);
        await Expect(phone.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
    }

    [Fact]
    public async Task A_language_in_the_operators_folder_is_there_after_a_start_and_what_it_lacks_is_English()
    {
        _ = system.Browser;
        using var folder = new TemporaryFolder();
        var languages = Directory.CreateDirectory(Path.Combine(folder.Path, "languages/staff")).Parent!.FullName;
        await File.WriteAllTextAsync(
            Path.Combine(languages, "he.json"),
            """{"languageName":"עברית","direction":"rtl","homeTitle":"קחו מספר"}""",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(languages, "staff/de.json"),
            """{"signIn":"Hereinspaziert"}""",
            TestContext.Current.CancellationToken
        );
        await using var own = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        await using var phone = await Device.OpenAsync(system.Browser, own.Address, Device.Phone);
        await phone.GoToAsync("/");
        await phone.Page.GetByLabel("Language").SelectOptionAsync("עברית");
        await Expect(phone.Heading("קחו מספר")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText("No queue is open now.")).ToBeVisibleAsync();
        await Expect(phone.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await phone.Page.ReloadAsync();
        await Expect(phone.Heading("קחו מספר")).ToBeVisibleAsync();
        await phone.GoToAsync("/counter?lang=de-AT");
        await Expect(phone.Button("Hereinspaziert")).ToBeVisibleAsync();
        await Expect(phone.Page.GetByText("Passwort vergessen?")).ToBeVisibleAsync();
    }

    private static IEnumerable<string> Tags() => Directory.GetFiles(Folder).Select(f => Path.GetFileNameWithoutExtension(f));

    private static Dictionary<string, string> Read(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Folder, name)))!;

    private static string Placeholders(string text) =>
        string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
