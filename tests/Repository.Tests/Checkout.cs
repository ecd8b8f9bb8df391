using System.Diagnostics;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests;

/// <summary>The repository's files, named by their path from its root.</summary>
internal static class Checkout
{
    private static readonly string[] _textExtensions =
        ["", ".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".geojson", ".md", ".txt", ".js", ".ts", ".css", ".html", ".sql", ".sh", ".yml", ".yaml", ".xml"];

    public static string Root { get; } = FindRoot();

    /// <summary>What is tracked, and what would be if it were added.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    /// <summary>Our own text: not what others wrote and we carry (<c>lib/</c>).</summary>
    public static IEnumerable<string> Texts { get; } = Files
        .Where(file => _textExtensions.Contains(Path.GetExtension(file)) && !file.Contains("/lib/", StringComparison.Ordinal))
        .ToArray();

    /// <summary>Every project under src, by its name.</summary>
    public static IReadOnlyDictionary<string, XDocument> Sources { get; } = Files
        .Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => XDocument.Parse(Read(file)));

    /// <summary>Every C# file, parsed.</summary>
    public static IReadOnlyList<(string File, SyntaxNode Root)> Code { get; } = Files
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
        .Select(file => (file, CSharpSyntaxTree.ParseText(Read(file), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot()))
        .ToArray();

    public static IEnumerable<(string File, SyntaxNode Root)> SourceCode => Code.Where(c => c.File.StartsWith("src/", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Full(file));

    public static string Full(string file) => Path.Combine(Root, file);

    /// <summary>Where something stands, as compilers write it.</summary>
    public static string Place(string file, SyntaxNode node) => $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrackingSilo.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No TrackingSilo.sln above {AppContext.BaseDirectory}");
    }

    // In an archive without git, all files but what a build makes.
    private static string[] ListFiles()
    {
        if (!Path.Exists(Full(".git")))
        {
            return Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
                .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "TestResults" or "node_modules" or ".artifacts" or ".demo"))
                .ToArray();
        }
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]) { RedirectStandardOutput = true })!;
        var list = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, "git ls-files failed");
        return list.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct().Where(file => File.Exists(Full(file))).ToArray();
    }
}
