using System.Text.RegularExpressions;

namespace Repository.Tests;

/// <summary>What must stand where.</summary>
public partial class LayoutTests
{
    [Fact]
    public void Every_project_under_src_has_its_tests()
    {
        Assert.All(Checkout.Sources.Keys, project => Assert.Contains($"tests/{project}.Tests/{project}.Tests.csproj", Checkout.Files));
    }

    [Fact]
    public void Every_project_under_src_and_tests_is_in_the_solution()
    {
        var solution = Checkout.Read("TrackingSilo.sln").Replace('\\', '/');
        var projects = Checkout.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("loadtests/", StringComparison.Ordinal));

        Assert.All(projects, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Versions_stand_in_one_file()
    {
        // Repository.Tests alone needs another Roslyn than the benchmarks.
        Assert.All(Checkout.Sources, source => Assert.DoesNotContain(
            source.Value.Descendants("PackageReference"),
            package => package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null));
    }

    [Fact]
    public void Commands_that_a_readme_shows_are_there_and_run()
    {
        var commands = Checkout.Texts.Where(file => file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => CodeBlock().Matches(Checkout.Read(file)).SelectMany(block => Command().Matches(block.Value)).Select(command => (file, Command: command.Groups[1].Value)))
            .Distinct();

        Assert.All(commands, shown =>
        {
            var path = Checkout.Full(shown.Command);
            Assert.True(File.Exists(path), $"{shown.file} shows ./{shown.Command}, which is not there");
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute), $"{shown.file} shows ./{shown.Command}, which may not be run");
        });
    }

    [Fact]
    public void Nothing_speaks_of_one_machine()
    {
        SourceTests.AssertNone(SourceTests.LinesThatMatch(MachinePath(), Checkout.Texts));
    }

    [Fact]
    public void Nothing_speaks_of_one_registry()
    {
        SourceTests.AssertNone(SourceTests.LinesThatMatch(RegistryHost(), Checkout.Texts));
        Assert.DoesNotContain(Checkout.Files, file => Path.GetFileName(file).ToUpperInvariant() is "NUGET.CONFIG" or ".NPMRC");
    }

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^\s*(?:\$ )?\./([\w./-]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    // The brackets keep this line from finding itself; /home/app is the home of a container's user.
    [GeneratedRegex(@"(?<![\w.-])/(wor[k]|roo[t]|User[s]|home/(?!app\b)\w+)/|[A-Z]:\\User[s]")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bapi\.nuget\.org|\bregistry\.npmjs\.|\bregistry\.yarnpkg\.|\bdeb\.debian\.org|""resolved"": *""http")]
    private static partial Regex RegistryHost();
}
