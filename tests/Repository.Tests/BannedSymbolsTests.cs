using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests;

public class BannedSymbolsTests
{
    private const string Rule = "RS0030";

    private static readonly string[] _banned = Checkout.Read("BannedSymbols.txt")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(';')[0])
        .ToArray();

    [Fact]
    public void The_analyzer_is_on_for_every_project()
    {
        var everywhere = Checkout.Read("Directory.Build.props");

        Assert.Contains("<PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\"", everywhere, StringComparison.Ordinal);
        Assert.Contains("BannedSymbols.txt", everywhere, StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", everywhere, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_goes_around_it()
    {
        var configuration = Checkout.Texts.Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets" || file.EndsWith(".editorconfig", StringComparison.Ordinal));

        Assert.DoesNotContain(configuration, file => Checkout.Read(file).Contains(Rule, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Checkout.SourceCode.SelectMany(code => code.Root.DescendantTrivia(descendIntoTrivia: true)),
            trivia => trivia.IsKind(SyntaxKind.PragmaWarningDirectiveTrivia) && trivia.ToString().Contains(Rule, StringComparison.Ordinal));
        Assert.DoesNotContain(Checkout.SourceCode, code => code.Root.ToString().Contains($"\"{Rule}", StringComparison.Ordinal)); // SuppressMessage
    }

    [Theory]
    [InlineData("P:System.DateTimeOffset.UtcNow")]
    [InlineData("P:System.DateTime.UtcNow")]
    [InlineData("P:System.DateTime.Now")]
    [InlineData("P:System.Random.Shared")]
    [InlineData("M:System.Threading.Thread.Sleep(System.Int32)")]
    [InlineData("M:System.Threading.Channels.Channel.CreateUnbounded``1")]
    public void What_must_be_banned(string symbol) => Assert.Contains(symbol, _banned);

    [Fact]
    public void Every_banned_name_is_spelled_right()
    {
        // The analyzer says nothing of a name that it does not find.
        var runtime = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("names", references: runtime);

        Assert.All(_banned, name => Assert.NotNull(DocumentationCommentId.GetFirstSymbolForDeclarationId(name, compilation)));
    }
}
