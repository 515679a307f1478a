using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SmartQueue.Mutation;

/// <summary>Puts mutants into a file side by side, each behind a switch: <c>(Mutants.Is(7) ? a &lt;= b : a &lt; b)</c>.</summary>
internal sealed class Switches(IEnumerable<Mutant> mutants) : CSharpSyntaxRewriter
{
    private readonly ILookup<SyntaxNode, Mutant> _byTarget = mutants.ToLookup(m => m.Target);

    /// <summary>
    /// The class that is asked. The process is told by <c>MUTANT</c> which one it is to be; where <c>MUTANTS_REACHED</c> names a file,
    /// it writes there at its end which ones it came by, and in which test method: of what runs beside the tests nobody knows the method,
    /// and the name is empty.
    /// </summary>
    public static string Source(int most) =>
        $$"""
            using System;
            using System.Collections.Concurrent;
            using System.IO;
            using System.Linq;
            using System.Runtime.CompilerServices;

            internal static class Mutants
            {
                private static readonly int Chosen = int.Parse(Environment.GetEnvironmentVariable("MUTANT") ?? "0");
                private static readonly ConcurrentDictionary<string, bool[]> Reached = new ConcurrentDictionary<string, bool[]>();
                private static readonly ConditionalWeakTable<object, bool[]> ByContext = new ConditionalWeakTable<object, bool[]>();
                private static readonly Func<object> Context = Record();

                public static bool Is(int id)
                {
                    if (Context != null)
                        ByContext.GetValue(Context(), c => Reached.GetOrAdd(MethodOf(c), _ => new bool[{{most + 1}}]))[id] = true;
                    return id == Chosen;
                }

                private static string MethodOf(object context)
                {
                    var method = context.GetType().GetProperty("TestMethod").GetValue(context);
                    return method == null ? "" : (string)method.GetType().GetProperty("MethodName").GetValue(method);
                }

                private static Func<object> Record()
                {
                    var file = Environment.GetEnvironmentVariable("MUTANTS_REACHED");
                    // A process that a test starts has no tests of its own.
                    var tests = Type.GetType("Xunit.TestContext, xunit.v3.core");
                    if (string.IsNullOrEmpty(file) || tests == null)
                        return null;
                    AppDomain.CurrentDomain.ProcessExit += (_, _) =>
                    {
                        foreach (var (method, ids) in Reached)
                            File.AppendAllLines(file, Enumerable.Range(0, ids.Length).Where(i => ids[i]).Select(i => i + " " + method));
                    };
                    return (Func<object>)Delegate.CreateDelegate(typeof(Func<object>), tests.GetProperty("Current").GetMethod);
                }
            }
            """;

    /// <summary>The ids of the mutants that an error at a place is about: the innermost there, else all of the member.</summary>
    public static IReadOnlySet<int> At(SyntaxNode root, int position)
    {
        var node = root.FindToken(position).Parent!;
        foreach (var around in node.AncestorsAndSelf())
        {
            var asked = around switch
            {
                ConditionalExpressionSyntax c => Ids(c.Condition),
                IfStatementSyntax i => Ids(i.Condition),
                MemberDeclarationSyntax and not (BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax) => Ids(around),
                _ => [],
            };
            if (asked.Count > 0)
                return asked;
        }

        return Ids(root);
    }

    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        var visited = base.Visit(node);
        if (node is null || visited is null)
            return visited;
        foreach (var mutant in _byTarget[node])
            visited = Put(mutant, visited);
        return visited;
    }

    // What is no constant any more because there is a switch in it.
    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node)
    {
        var visited = (FieldDeclarationSyntax)base.VisitFieldDeclaration(node)!;
        if (!IsConstantText(visited.Modifiers, visited.Declaration))
            return visited;
        var variable = visited.Declaration.Variables[0];
        var modifiers = string.Join(' ', visited.Modifiers.Where(m => !m.IsKind(SyntaxKind.ConstKeyword)));
        return SyntaxFactory
            .ParseMemberDeclaration($"{modifiers} static string {variable.Identifier} => {variable.Initializer!.Value};")!
            .WithTriviaFrom(node);
    }

    public override SyntaxNode? VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node)
    {
        var visited = (LocalDeclarationStatementSyntax)base.VisitLocalDeclarationStatement(node)!;
        return IsConstantText(visited.Modifiers, visited.Declaration)
            ? visited.WithModifiers([]).WithLeadingTrivia(node.GetLeadingTrivia())
            : visited;
    }

    private static HashSet<int> Ids(SyntaxNode node) =>
        [
            .. node.DescendantNodesAndSelf()
                .OfType<InvocationExpressionSyntax>()
                .Where(i => i.Expression.ToString() == "global::Mutants.Is")
                .Select(i => int.Parse(i.ArgumentList.Arguments[0].ToString(), System.Globalization.CultureInfo.InvariantCulture)),
        ];

    private static bool IsConstantText(SyntaxTokenList modifiers, VariableDeclarationSyntax declaration) =>
        modifiers.Any(SyntaxKind.ConstKeyword) && declaration.Type.ToString() == "string" && declaration.Variables.Count == 1;

    private static SyntaxNode Put(Mutant mutant, SyntaxNode visited)
    {
        var text = visited.WithoutTrivia().ToString();
        SyntaxNode both =
            visited is StatementSyntax
                ? SyntaxFactory.ParseStatement($"{{ if (!global::Mutants.Is({mutant.Id})) {text} }}")
                : SyntaxFactory.ParseExpression($"(global::Mutants.Is({mutant.Id}) ? {mutant.Mutated} : {text})");
        return both.WithTriviaFrom(visited);
    }
}
