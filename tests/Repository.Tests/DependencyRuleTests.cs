using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Repository.Tests;

/// <summary>Who may see whom: Server → everything; adapters → Engine → Domain; adapters never each other.</summary>
public class DependencyRuleTests
{
    private const string Prefix = "TrackingSilo.";

    // Tools that a server is not shipped with.
    private static readonly string[] _tools = ["Simulation", "DevBroker"];

    private static readonly Dictionary<string, string[]> _mayReference = new()
    {
        ["Domain"] = [],
        ["Engine"] = ["Domain"],
        ["Engine.Embedded"] = ["Engine"],
        ["Engine.Orleans"] = ["Engine"],
        ["Kafka"] = [],
        ["Ingestion"] = ["Engine", "Kafka"],
        ["Storage"] = ["Engine"],
        ["Push"] = ["Engine"],
        ["Notifications"] = ["Engine", "Kafka"],
        ["Simulation"] = ["DevBroker", "Domain", "Kafka"],
        ["DevBroker"] = [],
    };

    public static TheoryData<string> Projects => [.. Checkout.Sources.Keys.Where(name => name != Prefix + "Server")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project)
    {
        var allowed = Allowed(project);

        Assert.Subset(allowed, ProjectReferences(project).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_it_may(string project)
    {
        // What is referenced brings what it references itself: Engine's users speak of Domain's types.
        var visible = Allowed(project).SelectMany(name => Allowed(name).Append(name)).ToHashSet();

        Assert.Subset(visible, AssemblyReferences(project).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToHashSet());
    }

    [Fact]
    public void The_server_sees_everything()
    {
        var everything = Checkout.Sources.Keys.Except([Prefix + "Server", .. _tools.Select(tool => Prefix + tool)]);

        Assert.Equal(everything.Order(), ProjectReferences(Prefix + "Server").Order());
    }

    [Fact]
    public void The_domain_sees_nothing_but_NetTopologySuite()
    {
        Assert.Equal(["NetTopologySuite"], Packages(Prefix + "Domain"));
        Assert.All(AssemblyReferences(Prefix + "Domain"), name => Assert.True(IsRuntime(name) || name == "NetTopologySuite", name));
    }

    [Fact]
    public void The_engine_sees_nothing_but_the_domain()
    {
        Assert.Empty(Packages(Prefix + "Engine"));
        Assert.All(AssemblyReferences(Prefix + "Engine"), name => Assert.True(IsRuntime(name) || name == Prefix + "Domain", name));
    }

    private static HashSet<string> Allowed(string project)
    {
        Assert.True(_mayReference.TryGetValue(project[Prefix.Length..], out var allowed), $"{project} is new: say in this test what it may reference.");
        return allowed.Select(name => Prefix + name).ToHashSet();
    }

    private static bool IsRuntime(string assembly) => assembly is "netstandard" or "mscorlib" || assembly.StartsWith("System.", StringComparison.Ordinal);

    private static IEnumerable<string> ProjectReferences(string project) => Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path));

    private static IEnumerable<string> Packages(string project) => Included(project, "PackageReference").Concat(Included(project, "FrameworkReference"));

    private static IEnumerable<string> Included(string project, string item) =>
        Checkout.Sources[project].Descendants(item).Select(element => element.Attribute("Include")!.Value);

    // Read from the assembly that was built with these tests.
    private static string[] AssemblyReferences(string project)
    {
        var output = Path.GetRelativePath(Checkout.Full("tests/Repository.Tests"), AppContext.BaseDirectory);
        using var assembly = new PEReader(File.OpenRead(Path.Combine(Checkout.Full($"src/{project}"), output, project + ".dll")));
        var metadata = assembly.GetMetadataReader();
        return metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToArray();
    }
}
