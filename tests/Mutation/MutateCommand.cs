using System.Diagnostics;
using System.Globalization;

namespace SmartQueue.Mutation;

/// <summary><c>tests/mutate</c>.</summary>
internal static class MutateCommand
{
    // Of fewer, the share says nothing.
    private const int Enough = 20;

    /// <returns>The exit code: 1 where too many survive, 2 where nothing could be found out.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h", ..])
        {
            Console.WriteLine(Choice.Usage);
            return 0;
        }

        try
        {
            return await RunAsync(Choice.From(arguments));
        }
        catch (MutationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }
    }

    private static async Task<int> RunAsync(Choice choice)
    {
        var clock = Stopwatch.StartNew();
        var root = (await Shell.RequireAsync("git", ["rev-parse", "--show-toplevel"], Directory.GetCurrentDirectory())).Trim();
        // A copy of what is built stands beside it, at one place for all runs, so that none is left behind.
        await using var alone = Only(Path.Combine(root, "tests", "Mutation", "obj", "lock"));
        var places = await Places.OfAsync(root, choice);
        var projects = places.Keys.SelectMany(Rooms.TestsOf).Distinct().ToList();
        if (choice.Builds)
        {
            foreach (var project in projects)
                await Shell.RequireAsync(
                    "dotnet",
                    ["build", $"tests/{project}", "--nologo", "-v", "q", "-p:RunAnalyzers=false", $"-m:{choice.Workers}"],
                    root
                );
        }

        var work = Directory.CreateTempSubdirectory("smartqueue-mutants-").FullName;
        var benches = new Dictionary<string, TestBench>();
        try
        {
            var (assemblies, mutants) = await CompileAsync(root, places, choice, work);
            if (mutants.Count == 0)
            {
                Console.WriteLine("Nothing to mutate.");
                return 0;
            }

            foreach (
                var project in mutants
                    .SelectMany(m => Rooms.TestsOf(m.Source.Path))
                    .CountBy(p => p)
                    .OrderByDescending(p => p.Value)
                    .Select(p => p.Key)
            )
            {
                benches[project] = new(root, project, assemblies);
                // Half of the time is for the mutants.
                foreach (
                    var failing in await benches[project].SurveyAsync(choice.Classes, choice.Workers, () => clock.Elapsed > choice.Time / 2)
                )
                    Console.WriteLine($"{failing} fails as it is, and is left out.");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ready after {clock.Elapsed.TotalSeconds:0} s."));
            return await JudgeAsync(mutants, benches, choice, clock);
        }
        finally
        {
            foreach (var bench in benches.Values)
                bench.Delete();
            Directory.Delete(work, recursive: true);
        }
    }

    private static FileStream Only(string file)
    {
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new MutationException("Another run is under way in this tree.");
        }
    }

    private static async Task<(IReadOnlyList<string> Assemblies, IReadOnlyList<Mutant> Mutants)> CompileAsync(
        string root,
        IReadOnlyDictionary<string, HashSet<int>?> places,
        Choice choice,
        string work
    )
    {
        var equivalents = await Equivalents.ReadAsync(Path.Combine(root, "tests", "Mutation", "equivalent.txt"));
        var (products, all) = (new Dictionary<string, ProductAssembly>(), new List<Mutant>());
        foreach (var project in places.GroupBy(p => Rooms.ProjectOf(p.Key)))
        {
            var product = products[project.Key] = await ProductAssembly.ReadAsync(root, project.Key);
            foreach (var (path, lines) in project)
                all.AddRange(Mistakes.In(product.Source(path)).Where(m => lines is null || lines.Contains(m.Line)));
        }

        var known = all.RemoveAll(equivalents.Has);
        // A few more than are asked for: some are no program.
        var chosen = ByTurns(all, new Random(choice.Seed))
            .Take(choice.Count + (choice.Count / 10))
            .Select((m, i) => m with { Id = i + 1 })
            .ToList();
        Console.WriteLine(
            $"{all.Count} possible mutants in {places.Count} files, {known} more that make no difference; up to {choice.Count} of them, seed {choice.Seed}."
        );
        var (assemblies, compiled) = (new List<string>(), new List<Mutant>());
        foreach (var mutants in chosen.GroupBy(m => Rooms.ProjectOf(m.Source.Path)))
        {
            var (assembly, inside) = await products[mutants.Key].CompileAsync([.. mutants], Path.Combine(work, products[mutants.Key].Name));
            assemblies.Add(assembly);
            compiled.AddRange(inside);
        }

        return (assemblies, [.. compiled.OrderBy(m => m.Id).Take(choice.Count)]);
    }

    // In random order, of each kind one in turn: there are far more statements to drop than comparisons to turn.
    private static IEnumerable<Mutant> ByTurns(List<Mutant> mutants, Random luck) =>
        mutants
            .Select(m => (Mutant: m, Luck: luck.Next()))
            .OrderBy(m => m.Luck)
            .GroupBy(m => m.Mutant.Kind)
            .SelectMany(kind => kind.Select((m, i) => (m.Mutant, Turn: i)))
            .OrderBy(m => m.Turn)
            .Select(m => m.Mutant);

    private static async Task<int> JudgeAsync(
        IReadOnlyList<Mutant> mutants,
        Dictionary<string, TestBench> benches,
        Choice choice,
        Stopwatch clock
    )
    {
        var (killed, survivors, speaking) = (0, new List<Mutant>(), new Lock());
        var began = clock.Elapsed;
        // Where time was too short to see all tests, a survivor would prove nothing.
        var judged = mutants.Where(m => Rooms.TestsOf(m.Source.Path).All(p => benches[p].IsSurveyed)).ToList();
        await Parallel.ForEachAsync(judged, new ParallelOptions { MaxDegreeOfParallelism = choice.Workers }, async (mutant, _) =>
        {
            if (clock.Elapsed > choice.Time)
                return;
            string? by = null;
            var looks = Rooms.TestsOf(mutant.Source.Path).SelectMany(p => benches[p].At(mutant.Id)).OrderBy(l => l.Takes).ToList();
            foreach (var look in looks)
            {
                by = await look.AskAsync(mutant);
                if (by is not null)
                    break;
            }

            lock (speaking)
            {
                if (by is null)
                    survivors.Add(mutant);
                else
                    killed++;
                Console.WriteLine($"{(by is null ? "SURVIVED" : "killed")}  {mutant.Source.Path}:{mutant.Line}  {mutant.Kind}");
                Console.WriteLine($"    - {mutant.Was}\n    + {mutant.Becomes}");
                Console.WriteLine($"    {by ?? (looks.Count == 0 ? "(no test comes by)" : $"({looks.Count} test classes come by)")}");
            }
        });
        var tried = killed + survivors.Count;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{killed} of {tried} killed{(tried == 0 ? "" : $", {100.0 * killed / tried:0} %")}; {mutants.Count - tried} not judged for lack of time; seed {choice.Seed}; {clock.Elapsed.TotalMinutes:0.0} minutes, {(clock.Elapsed - began).TotalSeconds * choice.Workers / Math.Max(1, tried):0.0} s a mutant."
            )
        );
        foreach (var survivor in survivors)
            Console.WriteLine($"survived: {survivor.Source.Path}:{survivor.Line}");
        return tried >= Enough && survivors.Count > choice.Most * tried ? 1 : 0;
    }
}
