using System.Globalization;

namespace SmartQueue.Mutation;

/// <summary>What to mutate, how much of it, and when that is enough.</summary>
internal sealed record Choice
{
    public const string Usage = """
        Tells how good the tests are: breaks the product in one place at a time and looks whether a test notices.

            tests/mutate                                   what has changed since main, line by line
            tests/mutate --base v1.1.0                     what has changed since there
            tests/mutate --all                             all that is watched
            tests/mutate services/Tickets/Domain FILE:42   folders, files, or a line of one

        --seed N       chooses the same mutants again
        --count N      mutants at most (20)
        --minutes N    no mutant is begun later than this (20)
        --most SHARE   of at least 20 judged mutants, so many may survive (1): more make the exit code 1
        --workers N    tests run at once (1)
        --class NAME   asks this test class only, and others that are named so: whether a new test kills what survived
        --no-build     the tests are built already

        All mutants are compiled into one build beside the real one, and the process of a test is told which one to be. A mutant is
        judged by the test classes that come by its place. Those in tests/Mutation/equivalent.txt behave as the product does: they are
        left out. Stores of MongoDB take part where SMARTQUEUE_TEST_MONGODB names a server.
        """;

    /// <summary>Files, folders or FILE:LINE; none for what has changed.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public bool All { get; init; }

    /// <summary>The test classes that are asked, without their namespaces; none for all.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    public string Base { get; init; } = "main";

    public int Seed { get; init; } = Random.Shared.Next(1_000_000);

    public int Count { get; init; } = 20;

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(20);

    public double Most { get; init; } = 1;

    public int Workers { get; init; } = 1;

    public bool Builds { get; init; } = true;

    /// <exception cref="MutationException">An argument that is none.</exception>
    public static Choice From(IReadOnlyList<string> arguments)
    {
        var choice = new Choice();
        for (var i = 0; i < arguments.Count; i++)
        {
            choice = arguments[i] switch
            {
                "--all" => choice with { All = true },
                "--no-build" => choice with { Builds = false },
                "--class" => choice with { Classes = [.. choice.Classes, Next()] },
                "--base" => choice with { Base = Next() },
                "--seed" => choice with { Seed = (int)Number() },
                "--count" => choice with { Count = (int)Number() },
                "--minutes" => choice with { Time = TimeSpan.FromMinutes(Number()) },
                "--most" => choice with { Most = Number() },
                "--workers" => choice with { Workers = (int)Number() },
                var path when !path.StartsWith('-') => choice with { Paths = [.. choice.Paths, path] },
                var other => throw new MutationException($"{other} is no option.\n\n{Usage}"),
            };

            string Next() => ++i < arguments.Count ? arguments[i] : throw new MutationException($"{arguments[i - 1]} needs a value.");

            double Number() =>
                double.TryParse(Next(), CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw new MutationException($"{arguments[i]} is no number.");
        }

        return choice;
    }
}
