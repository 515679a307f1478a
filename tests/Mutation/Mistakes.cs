using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SmartQueue.Mutation;

/// <summary>Finds what could be wrong in a file: a mistake at a time, of the kinds people make.</summary>
internal sealed class Mistakes(SourceFile source) : CSharpSyntaxWalker
{
    private readonly List<Mutant> _found = [];

    // In a store the decisions are in its SQL too.
    private static readonly (Regex Pattern, string Text)[] Sql =
    [
        (new(" < "), " <= "),
        (new(" <= "), " < "),
        (new(" > "), " >= "),
        (new(" >= "), " > "),
        (new(" AND "), " OR "),
        (new(@" IS NULL\b"), " IS NOT NULL"),
        (new(@" IS NOT NULL\b"), " IS NULL"),
        (new(@" DESC\b"), ""),
        (new(@" \+ 1\b"), ""),
        (new(@" - 1\b"), ""),
    ];

    /// <summary>All mutants of the file; their ids are still 0.</summary>
    public static IReadOnlyList<Mutant> In(SourceFile source)
    {
        var walker = new Mistakes(source);
        walker.Visit(source.Root);
        return walker._found;
    }

    // What must be constant cannot be both ways, and whoever throws has already noticed.
    public override void VisitAttributeList(AttributeListSyntax node) { }

    public override void VisitEnumDeclaration(EnumDeclarationSyntax node) { }

    public override void VisitParameter(ParameterSyntax node) { }

    public override void VisitThrowStatement(ThrowStatementSyntax node) { }

    public override void VisitThrowExpression(ThrowExpressionSyntax node) { }

    public override void VisitFieldDeclaration(FieldDeclarationSyntax node)
    {
        if (!node.Modifiers.Any(SyntaxKind.ConstKeyword) || IsText(node.Declaration))
            base.VisitFieldDeclaration(node);
    }

    public override void VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node)
    {
        if (!node.IsConst || IsText(node.Declaration))
            base.VisitLocalDeclarationStatement(node);
    }

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        base.VisitBinaryExpression(node);
        var (kind, becomes) = node.Kind() switch
        {
            SyntaxKind.LessThanExpression => ("comparison", "<="),
            SyntaxKind.LessThanOrEqualExpression => ("comparison", "<"),
            SyntaxKind.GreaterThanExpression => ("comparison", ">="),
            SyntaxKind.GreaterThanOrEqualExpression => ("comparison", ">"),
            SyntaxKind.EqualsExpression => ("comparison", "!="),
            SyntaxKind.NotEqualsExpression => ("comparison", "=="),
            SyntaxKind.LogicalAndExpression => ("condition", "||"),
            SyntaxKind.LogicalOrExpression => ("condition", "&&"),
            SyntaxKind.AddExpression => ("sign", "-"),
            SyntaxKind.SubtractExpression => ("sign", "+"),
            _ => ("", ""),
        };
        if (kind == "sign" && node.Right is LiteralExpressionSyntax { Token.ValueText: "1" })
            Add("off by one", node, TextSpan.FromBounds(node.Left.Span.End, node.Span.End), "");
        else if (kind.Length > 0)
            Add(kind, node, node.OperatorToken.Span, becomes);
    }

    public override void VisitIsPatternExpression(IsPatternExpressionSyntax node)
    {
        base.VisitIsPatternExpression(node);
        Add("condition", node, node.Span, $"!({node})");
        foreach (var relation in node.Pattern.DescendantNodesAndSelf().OfType<RelationalPatternSyntax>())
        {
            var isStrict = relation.OperatorToken.Text.Length == 1;
            Add(
                "comparison",
                node,
                relation.OperatorToken.Span,
                isStrict ? relation.OperatorToken.Text + "=" : relation.OperatorToken.Text[..1]
            );
        }

        foreach (var name in node.Pattern.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>())
            OtherMember(node, name);
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        base.VisitIfStatement(node);
        Negate(node.Condition);
    }

    public override void VisitWhenClause(WhenClauseSyntax node)
    {
        base.VisitWhenClause(node);
        Negate(node.Condition);
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        base.VisitConditionalExpression(node);
        Negate(node.Condition);
    }

    public override void VisitCatchFilterClause(CatchFilterClauseSyntax node)
    {
        base.VisitCatchFilterClause(node);
        Negate(node.FilterExpression);
    }

    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        if (node.IsKind(SyntaxKind.TrueLiteralExpression))
            Add("condition", node, node.Span, "false");
        else if (node.IsKind(SyntaxKind.FalseLiteralExpression))
            Add("condition", node, node.Span, "true");
        else if (node.IsKind(SyntaxKind.StringLiteralExpression))
            InSql(node, node.Span);
        // What stands in a list of numbers is not reckoned, and a limit of time is a choice: neither is wrong by one.
        else if (
            node.Token.Value is int and > 0
            && node.Parent is not ExpressionElementSyntax
            && !node.Ancestors().Any(n => n.IsKind(SyntaxKind.ArrayInitializerExpression))
            && node.FirstAncestorOrSelf<InvocationExpressionSyntax>()
                ?.Expression.ToString()
                .StartsWith("TimeSpan.From", StringComparison.Ordinal) != true
        )
            Add("off by one", node, node.Span, $"{node.Token.Text} + 1");
    }

    public override void VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node)
    {
        base.VisitInterpolatedStringExpression(node);
        foreach (var text in node.Contents.OfType<InterpolatedStringTextSyntax>())
            InSql(node, text.Span);
    }

    public override void VisitMemberAccessExpression(MemberAccessExpressionSyntax node)
    {
        base.VisitMemberAccessExpression(node);
        OtherMember(node, node);
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        if (node.ToString().Contains("Log.", StringComparison.Ordinal) || node.ToString().StartsWith("log.", StringComparison.Ordinal))
            return;
        base.VisitExpressionStatement(node);
        if (
            node.Expression is AssignmentExpressionSyntax { Left: var left }
            && source.Model.GetSymbolInfo(left).Symbol is { } symbol
            && IsFirstValue(symbol)
        )
            return;
        Add("dropped", node, node.Span, ";");
    }

    public override void VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        base.VisitAssignmentExpression(node);
        if (node.Parent is not InitializerExpressionSyntax { Parent: var maker })
            return;
        if (maker is WithExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } with)
            Add("dropped", node.Right, node.Right.Span, $"{with.Expression}.{node.Left}");
        else if (
            maker is BaseObjectCreationExpressionSyntax
            && source.Model.GetSymbolInfo(node.Left).Symbol is IPropertySymbol { IsRequired: false } property
            && !HasDefault(property)
        )
            Add("dropped", node.Right, node.Right.Span, "default!");
    }

    private static bool IsText(VariableDeclarationSyntax declaration) => declaration.Type.ToString() == "string";

    // Without it there is no value to go on with, and no program.
    private static bool IsFirstValue(ISymbol symbol) =>
        symbol is IParameterSymbol { RefKind: RefKind.Out }
        || symbol is ILocalSymbol
            && symbol.DeclaringSyntaxReferences.Any(d => d.GetSyntax() is VariableDeclaratorSyntax { Initializer: null });

    private static bool HasDefault(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.Any(d => d.GetSyntax() is PropertyDeclarationSyntax { Initializer: not null });

    private void Negate(ExpressionSyntax condition)
    {
        if (condition is not (IsPatternExpressionSyntax or LiteralExpressionSyntax))
            Add("condition", condition, condition.Span, $"!({condition})");
    }

    private void OtherMember(ExpressionSyntax target, MemberAccessExpressionSyntax name)
    {
        if (source.Model.GetSymbolInfo(name).Symbol is not IFieldSymbol { ContainingType: { TypeKind: TypeKind.Enum } type } field)
            return;
        // Words of ours: those of a framework are not what is decided here.
        if (type.ContainingNamespace.ToString()?.StartsWith("SmartQueue.", StringComparison.Ordinal) != true)
            return;
        var others = type.GetMembers().OfType<IFieldSymbol>().Where(f => f.Name != field.Name).Select(f => f.Name).ToList();
        if (others.Count > 0)
            Add("enum", target, name.Name.Span, others[name.SpanStart % others.Count]);
    }

    private void InSql(ExpressionSyntax target, TextSpan within)
    {
        if (!Path.GetFileName(source.Path).StartsWith("Sqlite", StringComparison.Ordinal))
            return;
        var text = source.Text.ToString(within);
        foreach (var (pattern, becomes) in Sql)
        foreach (Match match in pattern.Matches(text))
            Add("sql", target, new TextSpan(within.Start + match.Index, match.Length), becomes);
    }

    private void Add(string kind, SyntaxNode target, TextSpan place, string text)
    {
        // Both ways stand side by side, so neither may declare a name; and a pattern can only be what is constant.
        var declares = target.DescendantNodesAndSelf().Any(n => n is SingleVariableDesignationSyntax);
        var isPattern = target.Ancestors().Any(n => n is PatternSyntax or SwitchLabelSyntax);
        var isAssigned =
            target.Parent is AssignmentExpressionSyntax a && a.Left == target
            || target.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 };
        if (declares || isPattern || isAssigned)
            return;
        var mutant = new Mutant(0, source, kind, target, place, text);
        // What means nothing (dates cannot be added) is no mutant.
        if (
            kind is "sign"
            && source
                .Model.GetSpeculativeTypeInfo(
                    target.SpanStart,
                    SyntaxFactory.ParseExpression(mutant.Mutated),
                    SpeculativeBindingOption.BindAsExpression
                )
                .Type
                is null
                    or IErrorTypeSymbol
        )
            return;
        _found.Add(mutant);
    }
}
