using System.Text.RegularExpressions;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Domain;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class MessageTemplatesTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["queue"] = "Registry",
        ["number"] = "A-42",
        ["counter"] = "3",
        ["place"] = "5th",
        ["minutes"] = "12",
        ["date"] = "Tuesday",
        ["time"] = "10:20",
        ["link"] = "https://example.org/x#y",
    };

    [Theory]
    [InlineData("joined", "You joined Registry with number A-42.")]
    [InlineData("joined_wait", "You joined Registry with number A-42. Expected wait: about 12 min.")]
    [InlineData("called", "Your ticket A-42 is now being served at counter 3")]
    [InlineData("cancelled", "Your ticket A-42 was cancelled.")]
    [InlineData("appointment_booked", "Your appointment at Registry is booked: Tuesday, 10:20.")]
    [InlineData("appointment_moved", "Your appointment at Registry has another time: Tuesday, 10:20.")]
    [InlineData("appointment_cancelled", "Your appointment at Registry was cancelled: Tuesday, 10:20.")]
    [InlineData("expired", "Registry has closed, and your number A-42 is not valid any more. Please take a new one when it opens again.")]
    public void English_texts_read_as_the_contract_says(string template, string expected) =>
        Assert.Equal(expected, new MessageTemplates().Render("en", template, Values).Message);

    [Theory]
    [InlineData("en", 1, "1st")]
    [InlineData("en-GB", 2, "2nd")]
    [InlineData("en", 3, "3rd")]
    [InlineData("en", 5, "5th")]
    [InlineData("en", 11, "11th")]
    [InlineData("en", 112, "112th")]
    [InlineData("en", 21, "21st")]
    [InlineData("de", 3, "3")]
    public void A_place_has_its_ending_in_English(string language, int place, string expected) =>
        Assert.Equal(expected, MessageTemplates.Place(language, place));

    [Theory]
    [InlineData("en", "Monday, March 30, 2026", "2:05 PM")]
    [InlineData("de", "Montag, 30. März 2026", "14:05")]
    [InlineData("tr", "30 Mart 2026 Pazartesi", "14:05")]
    public void A_day_and_a_time_are_written_as_the_language_does(string language, string date, string time)
    {
        var local = new DateTime(2026, 3, 30, 14, 5, 0);
        Assert.Equal((date, time), (MessageTemplates.Date(language, local), MessageTemplates.Time(language, local)));
    }

    [Fact]
    public void Every_language_renders_every_template_in_full()
    {
        var templates = new MessageTemplates();
        Assert.Superset(new HashSet<string> { "en", "es", "de", "ar", "fr", "pt", "tr", "uk" }, templates.Languages.ToHashSet());
        foreach (var language in templates.Languages)
        {
            foreach (var name in TemplateNames.All)
            {
                var text = templates.Render(language, name, Values);
                Assert.DoesNotMatch("[{}]|^$", text.Subject);
                Assert.DoesNotMatch("[{}]|^$", text.Message);
            }
        }
    }

    [Fact]
    public void Every_language_uses_the_placeholders_of_English()
    {
        var templates = new MessageTemplates();
        // Renders each placeholder as itself.
        var names = Values.Keys.ToDictionary(n => n, n => $"{{{n}}}");
        foreach (var language in templates.Languages)
        {
            foreach (var name in TemplateNames.All)
                Assert.Equal((name, Used("en", name)), (name, Used(language, name)));
        }

        string Used(string language, string name) =>
            string.Join(
                ' ',
                Regex.Matches(templates.Render(language, name, names).Message, "{[a-z]+}").Select(m => m.Value).Distinct().Order()
            );
    }

    [Fact]
    public void A_folder_adds_a_language_and_changes_words_and_what_it_leaves_out_is_English()
    {
        using var folder = new TemporaryFolder();
        Write(
            folder,
            "nl",
            """{"called":{"subject":"U bent aan de beurt","message":"{number}: balie {counter}"},"of later":{"subject":"","message":""}}"""
        );
        Write(folder, "de", """{"called":{"subject":"Bitte sehr","message":"{number} an Platz {counter}"}}""");
        var templates = new MessageTemplates(folder.Path);
        Assert.Equal("A-42: balie 3", templates.Render("nl-BE", TemplateNames.Called, Values).Message);
        Assert.Equal("Ticket cancelled", templates.Render("nl", TemplateNames.Cancelled, Values).Subject);
        Assert.Equal("A-42 an Platz 3", templates.Render("de", TemplateNames.Called, Values).Message);
        Assert.Equal("Nummer storniert", templates.Render("de", TemplateNames.Cancelled, Values).Subject);
        Assert.Equal(new MessageTemplates().Languages.Count, new MessageTemplates(Path.Combine(folder.Path, "absent")).Languages.Count);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""{"called":null}""")]
    [InlineData("""{"called":{"subject":"Called"}}""")]
    [InlineData("""{"called":{"subject":"Called","message":"{number} and {link}"}}""", "The message of 'called' must not hold {link}")]
    [InlineData("""{"called":{"subject":"{Number}","message":"{number}"}}""", "The subject of 'called' must not hold {Number}")]
    [InlineData("""{"reset":{"subject":"{link}","message":"{link}"}}""", "The subject of 'reset' must not hold {link}")]
    [InlineData("""{"reset":{"subject":"Reset","message":"Sorry, no link"}}""", "The message of 'reset' must hold {link}")]
    public void A_folder_with_texts_that_cannot_be_used_stops_the_start_and_is_named(string texts, string rule = "")
    {
        using var folder = new TemporaryFolder();
        Write(folder, "nl", texts);
        var refused = Assert.Throws<StartupException>(() => new MessageTemplates(folder.Path));
        Assert.Contains("nl.json", refused.Message, StringComparison.Ordinal);
        Assert.Contains(rule, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_texts_that_come_with_the_service_keep_the_rules_of_texts()
    {
        var templates = new MessageTemplates();
        foreach (var language in templates.Languages)
        {
            foreach (var name in TemplateNames.All)
                Assert.Empty(TextFaults.Of(name, templates.Of(language, name)));
        }
    }

    [Theory]
    [InlineData("de", "Nummer")]
    [InlineData("de-AT", "Nummer")]
    [InlineData("DE-at-1996", "Nummer")]
    [InlineData("pt-BR", "número")]
    [InlineData("pt-br-x", "número")]
    [InlineData("pt", "number")]
    [InlineData("d", "number")]
    [InlineData("", "number")]
    [InlineData(null, "number")]
    public void The_nearest_language_is_taken(string? language, string expected)
    {
        var templates = new MessageTemplates(
            new Dictionary<string, Dictionary<string, MessageText>>
            {
                ["en"] = All("number"),
                ["de"] = All("Nummer"),
                ["pt-BR"] = All("número"),
            }
        );
        Assert.Equal(expected, templates.Render(language, TemplateNames.Joined, Values).Message);
    }

    [Fact]
    public void A_language_that_lacks_a_template_is_refused()
    {
        var half = All("x");
        half.Remove(TemplateNames.Called);
        var error = Assert.Throws<InvalidOperationException>(() =>
            new MessageTemplates(new Dictionary<string, Dictionary<string, MessageText>> { ["en"] = All("x"), ["de"] = half })
        );
        Assert.Contains("de", error.Message, StringComparison.Ordinal);
        Assert.Contains("called", error.Message, StringComparison.Ordinal);
    }

    private static void Write(TemporaryFolder folder, string language, string texts) =>
        File.WriteAllText(Path.Combine(folder.Path, $"{language}.json"), texts);

    private static Dictionary<string, MessageText> All(string text) =>
        TemplateNames.All.ToDictionary(n => n, _ => new MessageText(text, text));
}
