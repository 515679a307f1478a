using System.Text.RegularExpressions;

namespace SmartQueue.Gateway.Tests;

/// <summary>SECURITY.md says no more than there is.</summary>
public sealed partial class SecurityTableTests
{
    private static readonly DirectoryInfo Root = FindRoot();

    [Fact]
    public void Every_proof_it_names_is_a_test()
    {
        var sources = Directory
            .EnumerateFiles(Path.Combine(Root.FullName, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .GroupBy(f => Path.GetFileNameWithoutExtension(f))
            .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)));
        var named = ProofPattern().Matches(File.ReadAllText(Path.Combine(Root.FullName, "SECURITY.md"))).ToList();
        Assert.InRange(named.Count, 60, 500);
        Assert.Empty(
            named
                .Where(p =>
                    !sources.TryGetValue(p.Groups[1].Value, out var source)
                    || !Regex.IsMatch(
                        source,
                        @"\[(Fact|Theory)[^\]]*\](\s*\[[^\n]*\])*\s*public (async Task|Task|void) " + p.Groups[2].Value + @"\("
                    )
                )
                .Select(p => p.Value)
                .Distinct()
        );
    }

    [Fact]
    public void Dependencies_are_audited_and_locked()
    {
        var properties = File.ReadAllText(Path.Combine(Root.FullName, "Directory.Build.props"));
        Assert.Contains("<NuGetAudit>true</NuGetAudit>", properties, StringComparison.Ordinal);
        Assert.Contains("<NuGetAuditMode>all</NuGetAuditMode>", properties, StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", properties, StringComparison.Ordinal);
        foreach (var finding in new[] { "NU1901", "NU1902", "NU1903", "NU1904" })
            Assert.DoesNotContain(finding, properties, StringComparison.Ordinal);
        var projects = Directory.EnumerateFiles(Path.Combine(Root.FullName, "services"), "*.csproj", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(projects);
        Assert.All(projects, p => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(p)!, "packages.lock.json")), p));
    }

    private static DirectoryInfo FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SmartQueue.sln")))
            folder = folder.Parent!;
        return folder;
    }

    [GeneratedRegex("`([A-Za-z]+(?:Tests|Contract))\\.([A-Za-z0-9_]+)`")]
    private static partial Regex ProofPattern();
}
