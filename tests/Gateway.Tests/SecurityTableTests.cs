namespace SmartQueue.Gateway.Tests;

/// <summary>What SECURITY.md says of the build.</summary>
public sealed class SecurityTableTests
{
    private static readonly DirectoryInfo Root = FindRoot();

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
}
