using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartQueue.Mutation;

/// <summary>The tests of one project beside an assembly with mutants in it, on a copy of what was built.</summary>
internal sealed partial class TestBench
{
    private readonly string _project;
    private readonly string _folder;
    private readonly ConcurrentBag<Look> _looks = [];

    /// <param name="root">The root of the tree.</param>
    /// <param name="project">As its folder in <c>tests</c> is called.</param>
    /// <param name="assemblies">The compiled files with mutants in them.</param>
    public TestBench(string root, string project, IEnumerable<string> assemblies)
    {
        _project = project;
        var built = Path.Combine(root, "tests", project, "bin", "Debug", "net10.0");
        // As deep in the tree as the other one: some tests look for files from where they are.
        _folder = Path.Combine(root, "tests", project, "bin", "Mutants", "net10.0");
        Delete();
        if (!File.Exists(Path.Combine(built, $"SmartQueue.{project}.dll")))
            throw new MutationException($"tests/{project} is not built.");
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var assembly in assemblies.Where(a => File.Exists(Path.Combine(_folder, Path.GetFileName(a)))))
            File.Copy(assembly, Path.Combine(_folder, Path.GetFileName(assembly)), overwrite: true);
    }

    /// <summary>What was found out of all classes; <c>false</c> where time ended before.</summary>
    public bool IsSurveyed { get; private set; }

    /// <summary>Runs each class by itself without a mistake, and notes how long it takes and which mutants it comes by.</summary>
    /// <param name="only">The classes that are asked; none for all.</param>
    /// <param name="workers">How many at once.</param>
    /// <param name="isOver">Whether there is no time for more.</param>
    /// <returns>Classes that fail as they are, and so can tell nothing.</returns>
    public async Task<IReadOnlyList<string>> SurveyAsync(IReadOnlyList<string> only, int workers, Func<bool> isOver)
    {
        var (_, list) = await RunAsync(["-list", "classes"], null);
        var classes = list.Split('\n', StringSplitOptions.TrimEntries)
            .Where(l => l.StartsWith($"SmartQueue.{_project}.", StringComparison.Ordinal))
            .Where(c => only.Count == 0 ? Rooms.IsQuick(c) : only.Contains(c.Split('.')[^1]))
            .ToList();
        var failing = new ConcurrentBag<string>();
        var isOverEarly = false;
        await Parallel.ForEachAsync(classes, new ParallelOptions { MaxDegreeOfParallelism = workers }, async (name, token) =>
        {
            if (isOverEarly || isOver())
            {
                isOverEarly = true;
                return;
            }

            var file = Path.GetTempFileName();
            var began = Stopwatch.GetTimestamp();
            var (code, _) = await RunAsync(["-class", name], new() { ["MUTANTS_REACHED"] = file });
            // On a busy machine a test may fail by chance.
            if (code != 0)
                (code, _) = await RunAsync(["-class", name], new() { ["MUTANTS_REACHED"] = file });
            if (code != 0)
                failing.Add(name);
            else
                _looks.Add(new(this, name, Stopwatch.GetElapsedTime(began), Reached(await File.ReadAllLinesAsync(file, token))));
            File.Delete(file);
        });
        IsSurveyed = !isOverEarly;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_project}: {_looks.Count} test classes that take {_looks.Sum(l => l.Takes.TotalSeconds):0} s."
            )
        );
        return [.. failing];
    }

    /// <summary>The test classes that come by a mutant.</summary>
    public IEnumerable<Look> At(int mutant) => _looks.Where(l => l.Reached.Contains(mutant));

    /// <summary>Deletes the copy.</summary>
    public void Delete()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private Task<(int? Code, string Output)> RunAsync(
        string[] arguments,
        Dictionary<string, string>? environment,
        TimeSpan? limit = null
    ) => Shell.RunAsync(Path.Combine(_folder, $"SmartQueue.{_project}"), [.. arguments, "-noColor"], _folder, environment, limit);

    [GeneratedRegex(@"^\s*SmartQueue\.(\S.*?) \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex Failure();

    private static ILookup<int, string> Reached(string[] lines) =>
        lines.Select(l => l.Split(' ')).ToLookup(l => int.Parse(l[0], CultureInfo.InvariantCulture), l => l[1]);

    /// <summary>A test class, how long it takes, and which mutants it comes by, in which methods.</summary>
    internal sealed record Look(TestBench Bench, string TestClass, TimeSpan Takes, ILookup<int, string> Reached)
    {
        /// <summary>Runs those methods with a mutant.</summary>
        /// <returns>What noticed, or <c>null</c>.</returns>
        public async Task<string?> AskAsync(Mutant mutant)
        {
            // A mistake may be that something never ends; a busy machine is none.
            var limit = (Takes * 5) + TimeSpan.FromSeconds(10);
            var methods = Reached[mutant.Id].ToList();
            var (code, output) = await Bench.RunAsync(
                mutant.IsOnce || methods.Contains("")
                    ? ["-class", TestClass, "-stopOnFail"]
                    : [.. methods.SelectMany(m => new[] { "-method", $"{TestClass}.{m}" }), "-stopOnFail"],
                new() { ["MUTANT"] = mutant.Id.ToString(CultureInfo.InvariantCulture) },
                limit
            );
            if (code == 0)
                return null;
            var failure = Failure().Match(output);
            return failure.Success ? failure.Groups[1].Value : $"{TestClass} {(code is null ? "does not end" : "breaks off")}";
        }
    }
}
