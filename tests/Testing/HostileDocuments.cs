using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>GraphQL documents that are small to send and made to be dear to look at. None may be answered, or cost much more than an
/// ordinary one.</summary>
public static class HostileDocuments
{
    /// <summary>What they are measured against.</summary>
    public const string Ordinary = "{ getQueues { id } }";

    /// <summary>By kind; each fits into the 64 KB of a request.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>
        {
            ["fragments that double"] =
                "{...f0} " + Many(22, i => $"fragment f{i} on Query{{...f{i + 1} ...f{i + 1}}} ") + "fragment f22 on Query{...zz}",
            ["fragments that double, the last first"] =
                "fragment f22 on Query{...zz} "
                + string.Concat(Enumerable.Range(0, 22).Reverse().Select(i => $"fragment f{i} on Query{{...f{i + 1} ...f{i + 1}}} "))
                + "{...f0}",
            ["1,480 flat fragments"] = "{getQueues{...f0}} " + Many(1_480, i => $"fragment f{i} on Queue{{id}} "),
            ["48 fragments of one field"] =
                "{getQueues{"
                + Many(48, i => $"...f{i} ")
                + "}} "
                + Many(48, i => $"fragment f{i} on Queue{{id name prefix description}} "),
            ["fragments in a circle"] =
                "{getQueues{...a}} fragment a on Queue{tickets{queue{...b}}} fragment b on Queue{tickets{queue{...a}}}",
            ["deep selections"] = new string('{', 1) + Many(1_900, _ => "getQueues{") + "id" + new string('}', 1_901),
            ["deep lists"] = "{getQueue(id:" + new string('[', 30_000) + new string(']', 30_000) + "){id}}",
            ["only openings"] = new string('{', 60_000),
            ["many arguments"] = "{getQueue(" + Many(3_000, i => $"a{i}:{i} ") + "){id}}",
            ["many arguments, as many as pass"] = "{getQueue(" + Many(320, i => $"a{i}:{i} ") + "){id}}",
            ["a long list"] = "{getQueue(id:[" + Many(9_000, i => i + " ") + "]){id}}",
            ["many aliases"] = "{" + Many(2_000, i => $"a{i}:getQueues{{id}} ") + "}",
            ["one field again and again"] = "{" + Many(3_500, _ => "getQueues{id} ") + "}",
            ["one field again, as often as passes"] = "{" + Many(190, _ => "getQueues{id} ") + "}",
            ["one field with other arguments each time"] = "{" + Many(100, i => $"getQueue(id:\"{i}\"){{id}} ") + "}",
            ["many directives"] = "{getQueues" + Many(2_500, _ => " @include(if:true)") + "{id}}",
            ["many operations"] = Many(1_500, i => $"query q{i}{{getQueues{{id}}}} "),
            ["many variables"] = "query(" + Many(3_000, i => $"$v{i}:ID ") + "){getQueues{id}}",
            ["many variables, as many as pass"] = "query(" + Many(50, i => $"$v{i}:Nothing ") + "){getQueues{id}}",
            ["many unknown fields, far behind"] = new string(' ', 8_000) + "{" + Many(390, i => $"nothing{i} ") + "}",
            ["a long name"] = "{" + new string('a', 60_000) + "}",
            ["only comments"] = Many(20_000, _ => "#\n") + "{getQueues{id}}",
            ["only commas"] = new string(',', 60_000) + "{nothing}",
            ["a long text"] = "{getQueue(id:\"" + new string('a', 60_000) + "\"){id}}",
            ["the schema of the schema"] = "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}",
            ["many type definitions"] = Many(1_900, i => $"scalar S{i} ") + "{getQueues{id}}",
            ["many changes in a fragment"] =
                "mutation{...m} fragment m on Mutation{"
                + Many(25, i => $"a{i}:login(email:\"a@b.c\",password:\"{i}\"){{expiresIn}} ")
                + "}",
        };

    private static string Many(int count, Func<int, string> part) =>
        string.Concat(Enumerable.Range(0, count).Select(i => part(i).ToString(CultureInfo.InvariantCulture)));
}
