using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SmartQueue.Mutation;

/// <summary>One mistake that the product could have.</summary>
/// <param name="Id">From 1, over all assemblies: by it a process knows which mutant it is to be.</param>
/// <param name="Source">The file, from the root of the tree.</param>
/// <param name="Kind">What kind of mistake, for a person and for a fair sample.</param>
/// <param name="Target">The expression or statement that is compiled both ways.</param>
/// <param name="Place">What of it becomes different.</param>
/// <param name="Text">What stands there then.</param>
internal sealed record Mutant(int Id, SourceFile Source, string Kind, SyntaxNode Target, TextSpan Place, string Text)
{
    /// <summary>The line it begins in, from 1.</summary>
    public int Line => Source.Text.Lines.GetLineFromPosition(Place.Start).LineNumber + 1;

    /// <summary>Whether it is run once in a process, by whichever test comes first: then all tests may see it.</summary>
    public bool IsOnce =>
        Target
            .Ancestors()
            .OfType<MemberDeclarationSyntax>()
            .Any(m =>
                (m is FieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null } or ConstructorDeclarationSyntax)
                && m.Modifiers.Any(SyntaxKind.StaticKeyword)
            );

    /// <summary>The target with the mistake.</summary>
    public string Mutated
    {
        get
        {
            var start = Place.Start - Target.SpanStart;
            return Target.ToString().Remove(start, Place.Length).Insert(start, Text);
        }
    }

    /// <summary>The lines of the place as they are, without indentation.</summary>
    public string Was => Short(Source.Text.ToString(Lines));

    /// <summary>The same lines with the mistake.</summary>
    public string Becomes =>
        Short(Source.Text.ToString(Lines).Remove(Place.Start - Lines.Start, Place.Length).Insert(Place.Start - Lines.Start, Text));

    private TextSpan Lines =>
        TextSpan.FromBounds(Source.Text.Lines.GetLineFromPosition(Place.Start).Start, Source.Text.Lines.GetLineFromPosition(Place.End).End);

    private static string Short(string lines) => string.Join(' ', lines.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
