using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace SmartQueue.Mutation;

/// <summary>A project of the product: what is in it, and how it is compiled with mutants.</summary>
internal sealed partial class ProductAssembly
{
    private readonly string _root;
    private readonly string _folder;
    private readonly IReadOnlyList<string> _arguments;
    private readonly string _compiler;
    private readonly CSharpCompilation _compilation;
    private readonly CSharpParseOptions _options;

    private ProductAssembly(string root, string project, IReadOnlyList<string> arguments, string compiler)
    {
        _root = root;
        _folder = Path.GetDirectoryName(Path.Combine(root, project))!;
        _arguments = arguments;
        _compiler = compiler;
        Name = Path.GetFileNameWithoutExtension(project);
        var parsed = CSharpCommandLineParser.Default.Parse(arguments, _folder, sdkDirectory: null);
        _options = parsed.ParseOptions;
        _compilation = CSharpCompilation.Create(
            Name,
            parsed.SourceFiles.Select(s => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(s.Path)), _options, s.Path)),
            parsed.MetadataReferences.Select(r => MetadataReference.CreateFromFile(r.Reference, r.Properties)),
            parsed.CompilationOptions
        );
    }

    /// <summary>Of the assembly, without <c>.dll</c>.</summary>
    public string Name { get; }

    /// <summary>Asks the build how it compiles a project. Nothing is built.</summary>
    /// <param name="root">The root of the tree.</param>
    /// <param name="project">From there.</param>
    public static async Task<ProductAssembly> ReadAsync(string root, string project)
    {
        string[] asked =
        [
            "msbuild",
            project,
            "-t:PrepareResources;Compile",
            "-getItem:CscCommandLineArgs",
            "-getProperty:RoslynTargetsPath",
            "-p:BuildProjectReferences=false",
            "-p:DesignTimeBuild=true",
            "-p:SkipCompilerExecution=true",
            "-p:ProvideCommandLineArgs=true",
            "-p:NonExistentFile=none/none",
        ];
        using var answer = JsonDocument.Parse(await Shell.RequireAsync("dotnet", asked, root));
        var compilers = answer.RootElement.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!;
        var arguments = answer.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray();
        return new(
            root,
            project,
            [.. arguments.Select(a => a.GetProperty("Identity").GetString()!)],
            Path.Combine(compilers, "bincore", "csc.dll")
        );
    }

    /// <summary>One of its files.</summary>
    public SourceFile Source(string path)
    {
        var full = Path.Combine(_root, path);
        var tree = _compilation.SyntaxTrees.Single(t => t.FilePath == full);
        return new(path, tree.GetText(), tree.GetRoot(), _compilation.GetSemanticModel(tree));
    }

    /// <summary>Compiles it with all the mutants in it. Those that are no program are left out.</summary>
    /// <param name="mutants">Of this assembly.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The compiled file, and the mutants that are in it.</returns>
    /// <exception cref="MutationException">It does not compile, and not because of a mutant.</exception>
    public async Task<(string Assembly, IReadOnlyList<Mutant> Mutants)> CompileAsync(IReadOnlyList<Mutant> mutants, string folder)
    {
        Directory.CreateDirectory(folder);
        var assembly = Path.Combine(folder, Name + ".dll");
        var switches = Path.Combine(folder, "Mutants.cs");
        await File.WriteAllTextAsync(switches, Switches.Source(mutants.Max(m => m.Id)));
        while (true)
        {
            // Each file that has mutants is compiled from a copy, which is named by the file it stands for.
            var copies = new Dictionary<string, string>();
            var texts = new Dictionary<string, string>();
            foreach (var file in mutants.GroupBy(m => m.Source))
            {
                var copy = copies[Path.Combine(_root, file.Key.Path)] = Path.Combine(folder, file.Key.Path.Replace('/', '.'));
                texts[copy] = new Switches(file).Visit(file.Key.Root)!.ToFullString();
                await File.WriteAllTextAsync(copy, texts[copy]);
            }

            var response = Path.Combine(folder, "csc.rsp");
            await File.WriteAllLinesAsync(response, [.. Arguments(copies), Quoted(switches), Quoted("/out:" + assembly)]);
            var (code, said) = await Shell.RunAsync("dotnet", [_compiler, "@" + response], _folder);
            if (code == 0)
                return (assembly, mutants);
            var wrong = Errors().Matches(said).SelectMany(e => Blamed(e, texts)).ToHashSet();
            if (wrong.Count == 0)
                throw new MutationException($"{Name} does not compile:\n{said}");
            mutants = [.. mutants.Where(m => !wrong.Contains(m.Id))];
        }
    }

    private IEnumerable<string> Arguments(Dictionary<string, string> copies) =>
        _arguments
            // What only a style rule refuses is for the tests to find. What generates code is told its settings by the last of these.
            .Where(a => !NotWanted().IsMatch(a) || a.Contains("GeneratedMSBuildEditorConfig", StringComparison.Ordinal))
            .Select(a => copies.GetValueOrDefault(Path.GetFullPath(a, _folder), a))
            .Concat(["/skipanalyzers+", "/nologo", "/warn:0"])
            .Select(Quoted);

    private static string Quoted(string argument) =>
        argument.Contains(' ', StringComparison.Ordinal) && !argument.Contains('"', StringComparison.Ordinal)
            ? $"\"{argument}\""
            : argument;

    private IReadOnlySet<int> Blamed(Match error, Dictionary<string, string> texts)
    {
        if (!texts.TryGetValue(error.Groups["file"].Value, out var text))
            return new HashSet<int>();
        var tree = CSharpSyntaxTree.ParseText(text, _options);
        var line = int.Parse(error.Groups["line"].Value, CultureInfo.InvariantCulture) - 1;
        var column = int.Parse(error.Groups["column"].Value, CultureInfo.InvariantCulture) - 1;
        return Switches.At(tree.GetRoot(), tree.GetText().Lines[line].Start + column);
    }

    [GeneratedRegex("^/(doc|refout|out|analyzerconfig|warnaserror[+-]?)(:|$)")]
    private static partial Regex NotWanted();

    [GeneratedRegex(@"^(?<file>.+?)\((?<line>\d+),(?<column>\d+)\): error ", RegexOptions.Multiline)]
    private static partial Regex Errors();
}
