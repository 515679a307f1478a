using System.Text.RegularExpressions;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>The pages for people name what is there: files, tests, types, settings and metrics.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Folders = ["services", "contracts", "tests"];
    private static readonly string[] Kinds = [".cs", ".ts", ".tsx", ".css", ".props", ".csproj"];

    // What the exporters make of a metric's name.
    private static readonly string[] OfHistogram = ["_bucket", "_sum", "_count"];

    // Instruments of others, and where it says that they are measured.
    private static readonly IReadOnlyDictionary<string, string> OfOthers = new Dictionary<string, string>
    {
        ["http_server_request_duration_seconds"] = "\"Microsoft.AspNetCore.Hosting\"",
        ["messaging_masstransit_"] = "BusSource,",
        ["dotnet_process_memory_working_set_bytes"] = "AddRuntimeInstrumentation()",
        ["dotnet_process_cpu_time_seconds_total"] = "AddRuntimeInstrumentation()",
    };

    private static readonly string[] OfTheMachine = ["node_filesystem_avail_bytes", "node_filesystem_size_bytes"];
    private static readonly string[] NoMetrics = ["http_route", "http_response_status_code", "node_exporter"];

    private static readonly IReadOnlyList<string> Sources =
    [
        .. Folders
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(SystemProcess.Root, f), "*", SearchOption.AllDirectories))
            .Where(f => Kinds.Contains(Path.GetExtension(f)) && !Generated().IsMatch(f)),
        Path.Combine(SystemProcess.Root, "Directory.Build.props"),
        Path.Combine(SystemProcess.Root, "Directory.Packages.props"),
    ];

    private static readonly Lazy<HashSet<string>> Words = new(() =>
        [
            .. Sources
                .SelectMany(f => Word().Matches(File.ReadAllText(f)).Select(m => m.Value))
                .Concat(Sources.Select(f => Path.GetFileNameWithoutExtension(f))),
        ]
    );

    private static readonly Lazy<Dictionary<string, string>> Suites = new(() =>
        Sources
            .Where(f => f.StartsWith(PathOf("tests"), StringComparison.Ordinal))
            .GroupBy(f => Path.GetFileNameWithoutExtension(f))
            .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)))
    );

    public static TheoryData<string> Pages =>
        [
            .. Directory
                .EnumerateFiles(SystemProcess.Root, "*.md")
                .Concat(Directory.EnumerateFiles(Path.Combine(SystemProcess.Root, "docs"), "*.md", SearchOption.AllDirectories))
                .Concat(
                    Directory
                        .EnumerateDirectories(Path.Combine(SystemProcess.Root, "services"))
                        .Select(d => Path.Combine(d, "README.md"))
                        .Where(File.Exists)
                )
                .Select(f => Path.GetRelativePath(SystemProcess.Root, f))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void The_pages_there_should_be_are_looked_at() =>
        Assert.Superset(
            new HashSet<string>
            {
                "README.md",
                "CONTRIBUTING.md",
                "CHANGELOG.md",
                "SECURITY.md",
                "docs/architecture.md",
                "docs/api.md",
                "docs/guarantees.md",
                "docs/operating.md",
                "docs/scaling.md",
                "docs/decisions/README.md",
            },
            Pages.Select(p => p.Data).ToHashSet()
        );

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        var links = Link().Matches(Text(page)).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value);
        Assert.DoesNotContain(links, l => !IsElsewhere(l) && !LeadsSomewhere(l, PathOf(page)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Paths_are_in_the_tree(string page) =>
        Assert.Empty(InTree().Matches(Text(page)).Select(m => m.Groups[1].Value.TrimEnd('.')).Where(p => !Exists(PathOf(p))).Distinct());

    [Theory]
    [MemberData(nameof(Pages))]
    public void Tests_that_are_named_are_tests(string page)
    {
        var named = Test().Matches(Text(page));
        if (page is "SECURITY.md" or "docs/guarantees.md")
            Assert.InRange(named.Count, 40, 500);
        Assert.Empty(
            named
                .Where(p =>
                    !Suites.Value.TryGetValue(p.Groups[1].Value, out var source)
                    || !Regex.IsMatch(
                        source,
                        @"\[(Fact|Theory)[^\]]*\](\s*\[[^\n]*\])*\s*public (async Task|Task|void) " + p.Groups[2].Value + @"\("
                    )
                )
                .Select(p => p.Value)
                .Distinct()
        );
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Names_of_the_code_are_in_the_code(string page)
    {
        Assert.Empty(
            CodeName()
                .Matches(Text(page))
                .Select(m => m.Groups[1].Value)
                .SelectMany(n => n.Split('.'))
                .Where(n => !Words.Value.Contains(n))
                .Distinct()
        );
    }

    [Fact]
    public void The_table_of_settings_has_those_there_are()
    {
        var table = Text("docs/operating.md").Split("## Settings")[1].Split("\n## ")[0];
        var told = table
            .Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => Setting().Matches(l.Split('|')[1]).Select(m => m.Groups[1].Value))
            .ToHashSet();
        var services = Sources.Where(f => f.StartsWith(PathOf("services"), StringComparison.Ordinal)).Select(File.ReadAllText).ToList();
        var read = services.SelectMany(s => ReadSetting().Matches(s).Select(m => m.Groups[1].Value)).ToHashSet();

        Assert.DoesNotContain(told, t => !services.Any(s => s.Contains($"\"{t}\"", StringComparison.Ordinal)));
        Assert.Empty(read.Except(told));
        Assert.InRange(read.Count, 40, 200);
    }

    [Theory]
    [InlineData("docs/operating.md")]
    [InlineData("observability/alerts.yml")]
    [InlineData("observability/dashboard.json")]
    public void Metrics_are_measured(string file)
    {
        var measured = Measured();
        var telemetry = Text("services/Hosting/Telemetry/TelemetrySetup.cs");
        foreach (var (name, where) in OfOthers)
        {
            if (telemetry.Contains(where, StringComparison.Ordinal))
                measured.UnionWith([name, .. OfHistogram.Select(s => name + s)]);
        }

        var named = Metric().Matches(Text(file)).Select(m => m.Value).Except(NoMetrics).ToHashSet();
        Assert.InRange(named.Count, 10, 100);
        Assert.Empty(named.Except(measured).Except(OfTheMachine));
    }

    [Fact]
    public void Every_metric_of_ours_is_told_about() =>
        Assert.Empty(
            Measured()
                .Where(m => !OfHistogram.Any(s => m.EndsWith(s, StringComparison.Ordinal)))
                .Except(Metric().Matches(Text("docs/operating.md")).Select(m => m.Value))
        );

    [Fact]
    public void Every_alert_says_what_to_do()
    {
        var alerts = Text("observability/alerts.yml").Split("- alert: ").Skip(1).ToList();
        var headings = Headings(PathOf("docs/operating.md"));
        Assert.InRange(alerts.Count, 8, 50);
        Assert.All(alerts, a => Assert.Contains(Runbook().Match(a).Groups[1].Value, headings));
    }

    // By the rules of the Prometheus exporter: dots become underscores, then come the unit and, for counters, "total".
    private static HashSet<string> Measured()
    {
        var names = new HashSet<string>();
        foreach (var source in Sources.Where(f => f.StartsWith(PathOf("services"), StringComparison.Ordinal)).Select(File.ReadAllText))
        {
            foreach (Match made in Instrument().Matches(source))
            {
                var (kind, name, rest) = (made.Groups[1].Value, made.Groups[2].Value, made.Groups[3].Value);
                var whole = name.EndsWith('.') ? MadeByName().Matches(source).Select(m => name + m.Groups[1].Value) : [name];
                foreach (var instrument in whole)
                {
                    var exported =
                        instrument.Replace('.', '_')
                        + (rest.Contains("\"s\"", StringComparison.Ordinal) ? "_seconds" : "")
                        + (kind == "Counter" ? "_total" : "");
                    names.Add(exported);
                    if (kind == "Histogram")
                        names.UnionWith(OfHistogram.Select(s => exported + s));
                }
            }
        }

        Assert.InRange(names.Count, 20, 200);
        return names;
    }

    private static string PathOf(string relative) => Path.Combine(SystemProcess.Root, relative);

    private static string Text(string relative) => File.ReadAllText(PathOf(relative));

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static bool IsElsewhere(string link) =>
        link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal);

    private static bool LeadsSomewhere(string link, string page)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return Exists(target) && (parts.Length == 1 || Headings(target).Contains(parts[1]));
    }

    // As the page is shown: letters, digits and hyphens of a heading, blanks as hyphens.
    private static HashSet<string> Headings(string file) =>
        [
            .. Heading()
                .Matches(File.ReadAllText(file))
                .Select(m => NoSlug().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
        ];

    [GeneratedRegex(@"/(bin|obj|dist|node_modules)/")]
    private static partial Regex Generated();

    [GeneratedRegex(@"\]\(([^)\s]+)\)|src=""([^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(
        @"[`\s(]((?:services|tests|contracts|docs|deploy|observability|samples|\.github|\.devcontainer)/(?>[A-Za-z0-9_./-]*))(?=[`\s),:;#])"
    )]
    private static partial Regex InTree();

    [GeneratedRegex(@"`([A-Za-z]+(?:Tests|Contract))\.([A-Za-z0-9_]+)`")]
    private static partial Regex Test();

    // Of two words or more, so that it cannot be taken for prose; what has an X in it stands for several.
    [GeneratedRegex(@"`(?!X[A-Z]|\w*XSchema)(I?[A-Z][a-z]+[A-Z][A-Za-z]+(?:\.[A-Z][A-Za-z]+)?)`")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"`([A-Z][A-Z_]{3,})`")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\b(?:Text|Number|Flag|Duration|Address|Networks|Port)\(\s*""([A-Z][A-Z_]{3,})""")]
    private static partial Regex ReadSetting();

    [GeneratedRegex(@"\b(?:smartqueue|http|messaging|dotnet|node)_[a-z_]*[a-z_]\b")]
    private static partial Regex Metric();

    [GeneratedRegex(@"Create(Counter|Histogram|ObservableGauge|UpDownCounter)(?:<\w+>)?\(\s*""(smartqueue\.[a-z_.]+)""([^;]*);")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"= Count\(\s*""([a-z_]+)""")]
    private static partial Regex MadeByName();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoSlug();

    [GeneratedRegex(@"runbook_url: \S*docs/operating\.md#([a-z0-9-]+)")]
    private static partial Regex Runbook();
}
