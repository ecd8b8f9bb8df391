using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit.Abstractions;

namespace Repository.Tests;

/// <summary>What the code may not hold, and what is worth a second look.</summary>
public partial class SourceTests(ITestOutputHelper output)
{
    private const int LongFile = 400;
    private const int LongMethod = 60;

    [Fact]
    public void Names_say_what_a_type_is()
    {
        var found = Checkout.Code.SelectMany(code => code.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(type => NameThatSaysNothing().IsMatch(type.Identifier.ValueText))
            .Select(type => $"{Checkout.Place(code.File, type)} {type.Identifier.ValueText}"));

        AssertNone(found);
        Assert.DoesNotContain(Checkout.Files, file => NameThatSaysNothing().IsMatch(Path.GetFileNameWithoutExtension(file)) && file.EndsWith(".cs", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        AssertNone(LinesThatMatch(LeftForLater(), Checkout.Texts));
    }

    [Fact]
    public void No_exception_is_swallowed()
    {
        // An empty catch is a decision where it names what it expects and a comment says why; else it hides a bug.
        var found = Checkout.SourceCode.SelectMany(code => code.Root.DescendantNodes().OfType<CatchClauseSyntax>()
            .Where(clause => clause.Block.Statements.Count == 0 && !(NamesWhatItExpects(clause) && Explains(clause)))
            .Select(clause => Checkout.Place(code.File, clause)));

        AssertNone(found);
    }

    [Fact]
    public void Long_files_and_methods_are_listed()
    {
        foreach (var (file, root) in Checkout.Code)
        {
            if (Lines(root) is > LongFile and var lines)
                output.WriteLine($"{file}: {lines} lines");
            foreach (var method in root.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                if (Lines(method) is > LongMethod and var length)
                    output.WriteLine($"{Checkout.Place(file, method)} {Name(method)}: {length} lines");
            }
        }
    }

    [Theory]
    [InlineData("GeoHelper", true)]
    [InlineData("Utils", true)]
    [InlineData("StringUtil", true)]
    [InlineData("SessionManager", true)]
    [InlineData("Manifest", false)]
    [InlineData("Utilisation", false)]
    public void The_names_that_say_nothing(string name, bool saysNothing) => Assert.Equal(saysNothing, NameThatSaysNothing().IsMatch(name));

    internal static IEnumerable<string> LinesThatMatch(Regex pattern, IEnumerable<string> files) => files.SelectMany(file => File.ReadLines(Checkout.Full(file))
        .Select((line, i) => (Text: line, Number: i + 1))
        .Where(line => pattern.IsMatch(line.Text))
        .Select(line => $"{file}:{line.Number} {line.Text.Trim()}"));

    // Assert.Empty would cut the list short.
    internal static void AssertNone(IEnumerable<string> places) => Assert.True(!places.Any(), string.Join('\n', places));

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string Name(SyntaxNode member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        _ => member.Kind().ToString(),
    };

    private static bool NamesWhatItExpects(CatchClauseSyntax clause) =>
        clause.Declaration?.Type.ToString() is { } type && type is not ("Exception" or "System.Exception");

    private static bool Explains(CatchClauseSyntax clause) =>
        clause.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia));

    [GeneratedRegex("(Helpers?|Utils?|Managers?|Common)$")]
    private static partial Regex NameThatSaysNothing();

    // The brackets keep these lines from finding themselves.
    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|HAC[K]|XX[X]|NotImplementedExceptio[n])\b")]
    private static partial Regex LeftForLater();
}
