using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace SmartQueue.Hosting.Http;

/// <summary>
/// A table as CSV (RFC 4180). It begins with a byte order mark, by which spreadsheets know UTF-8. A text that a spreadsheet would take for a
/// formula gets an apostrophe in front (OWASP, CSV injection). Without a culture it is for programs: commas, decimal points, and times in RFC
/// 3339. With one it is for a spreadsheet that is set to it: its separators, and times on the clock of the place, as a spreadsheet reads them.
/// </summary>
public sealed class Sheet : IAsyncDisposable
{
    /// <summary>Its media type.</summary>
    public const string Type = "text/csv; charset=utf-8";

    private static readonly CultureInfo[] Known = [.. CultureInfo.GetCultures(CultureTypes.AllCultures).Where(c => c.Name.Length > 0)];

    private readonly CultureInfo? culture;
    private readonly StreamWriter text;
    private readonly CsvWriter csv;

    /// <summary>Begins one.</summary>
    /// <param name="stream">Where it is written to; it stays open.</param>
    /// <param name="culture">That of the spreadsheet; <c>null</c> for programs.</param>
    public Sheet(Stream stream, CultureInfo? culture)
    {
        this.culture = culture;
        text = new StreamWriter(stream, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        csv = new CsvWriter(
            text,
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = culture?.TextInfo.ListSeparator ?? ",",
                NewLine = "\r\n",
                // As asked for in each cell: what is text is quoted.
                ShouldQuote = _ => false,
            },
            leaveOpen: true
        );
    }

    /// <summary>The culture asked for: that of <c>locale</c>, else the first language of the request that is known, else none.</summary>
    public static CultureInfo? CultureOf(string? locale, HttpRequest request, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(locale))
        {
            var asked = Find(locale);
            if (asked is null)
                errors.Add("locale", "must be a language tag such as de or pt-BR");
            return asked;
        }

        return request
            .GetTypedHeaders()
            .AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
            .Select(l => Find(l.Value.Value ?? ""))
            .FirstOrDefault(c => c is not null);
    }

    /// <summary>An answer that is written while what is in it is read, as a file named after the day it begins with.</summary>
    /// <param name="http">The request, whose <c>Accept-Language</c> may have said how it is written.</param>
    /// <param name="name">What the file's name begins with.</param>
    /// <param name="day">The first day in it.</param>
    /// <param name="write">Writes it.</param>
    public static PushStreamHttpResult Answer(HttpContext http, string name, DateOnly day, Func<Stream, Task> write)
    {
        http.Response.Headers.Vary = "Accept-Language";
        return TypedResults.Stream(write, Type, string.Create(CultureInfo.InvariantCulture, $"{name}-{day:yyyy-MM-dd}.csv"));
    }

    /// <summary>A cell of text, quoted.</summary>
    public void Text(string? value)
    {
        if (value is null)
            csv.WriteField("", shouldQuote: false);
        else
            csv.WriteField(
                value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + value : value,
                shouldQuote: true
            );
    }

    /// <summary>A cell with a word for one of a few, such as a status, as it is in JSON.</summary>
    public void Word<T>(T value) => Text(JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web).GetString());

    /// <summary>A cell with a number, or an empty one.</summary>
    public void Number(double? value) => csv.WriteField(value?.ToString(Numbers()) ?? "", shouldQuote: false);

    /// <summary>A cell with a time, or an empty one.</summary>
    /// <param name="instant">The time.</param>
    /// <param name="zone">The zone whose clock it is told by to a person.</param>
    public void Time(DateTimeOffset? instant, TimeZoneInfo zone) =>
        csv.WriteField(
            instant is not { } at ? ""
                : culture is null ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                : TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            shouldQuote: false
        );

    /// <summary>The names of its columns.</summary>
    public Task HeadAsync(IEnumerable<string> names)
    {
        foreach (var name in names)
            csv.WriteField(name, shouldQuote: false);
        return NextAsync();
    }

    /// <summary>Ends the row.</summary>
    public Task NextAsync() => csv.NextRecordAsync();

    /// <summary>Writes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await csv.DisposeAsync();
        await text.DisposeAsync();
    }

    private static CultureInfo? Find(string tag) => Array.Find(Known, c => c.Name.Equals(tag, StringComparison.OrdinalIgnoreCase));

    // Arabic has a decimal mark and a minus of its own, which spreadsheets do not read.
    private NumberFormatInfo Numbers()
    {
        var numbers = (culture ?? CultureInfo.InvariantCulture).NumberFormat;
        return numbers.NumberDecimalSeparator is "," or "." ? numbers : NumberFormatInfo.InvariantInfo;
    }
}
