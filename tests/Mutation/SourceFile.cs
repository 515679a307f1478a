using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SmartQueue.Mutation;

/// <summary>A file of the product that may be mutated.</summary>
/// <param name="Path">From the root of the tree, with slashes.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Root">The same as syntax.</param>
/// <param name="Model">What its names mean.</param>
internal sealed record SourceFile(string Path, SourceText Text, SyntaxNode Root, SemanticModel Model);
