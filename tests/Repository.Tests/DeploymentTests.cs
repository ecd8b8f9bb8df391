using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Repository.Tests;

/// <summary>What is deployed agrees with the program: every setting that a file sets is one that some source reads.</summary>
public partial class DeploymentTests
{
    // Settings of the platform, not ours.
    private static readonly string[] _platforms = ["DOTNET:shutdownTimeoutSeconds"];

    public static TheoryData<string> Files =>
        [.. Checkout.Files.Where(file => file == "docker-compose.yml" || (file.StartsWith("deploy/", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_parses(string file) => Assert.NotEmpty(Documents(file));

    [Fact]
    public void Every_setting_that_is_deployed_is_read_by_the_server()
    {
        var known = KnownSettings();
        var set = SettingsIn("docker-compose.yml").Concat(Checkout.Files.Where(file => file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal)).SelectMany(SettingsIn)).Distinct().ToList();

        Assert.Contains("Cluster:ConnectionString", set);
        Assert.DoesNotContain(set, setting => !known.Contains(setting) && !_platforms.Contains(setting));
    }

    [Fact]
    public void Ports_probes_and_names_are_the_servers()
    {
        var settings = Checkout.Read("src/TrackingSilo.Engine.Orleans/ClusterSettings.cs");
        var operations = Checkout.Read("src/TrackingSilo.Server/OperationsServices.cs");
        foreach (var file in new[] { "deploy/kubernetes/silos.yaml", "deploy/kubernetes/edges.yaml" })
        {
            var text = Checkout.Read(file);
            Assert.All(ProbePath().Matches(text), probe => Assert.Contains($"\"{probe.Groups[1].Value}\"", operations, StringComparison.Ordinal));
            Assert.All(ClusterPort().Matches(text), port => Assert.Contains($"= {port.Groups[1].Value};", settings, StringComparison.Ordinal));
        }
        // Every dashboard's metric exists under its OpenTelemetry name in some source.
        var sources = string.Concat(Checkout.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)).Select(Checkout.Read));
        var metrics = Metric().Matches(Checkout.Read("deploy/monitoring/cluster.json")).Select(metric => metric.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(metrics);
        Assert.All(metrics, metric => Assert.True(IsMade(metric, sources), $"{metric} is on the dashboard, but nothing measures it."));
    }

    // A name may be put together from a prefix and what it counts.
    private static bool IsMade(string metric, string sources)
    {
        var parts = metric.Split('_');
        return sources.Contains($"\"{string.Join('.', parts)}\"", StringComparison.Ordinal)
            || (sources.Contains($"\"{string.Join('.', parts[..2])}.\"", StringComparison.Ordinal) && sources.Contains($"\"{string.Join('_', parts[2..])}\"", StringComparison.Ordinal));
    }

    private static HashSet<string> KnownSettings()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Checkout.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)))
        {
            var text = Checkout.Read(file);
            var names = Indexed().Matches(text).Select(match => match.Groups[1].Value).ToList();
            known.UnionWith(names);
            foreach (Match section in Section().Matches(text))
                known.UnionWith(names.Select(name => $"{section.Groups[1].Value}:{name}"));
            foreach (Match section in SectionOfClass().Matches(text))
                known.UnionWith(Property().Matches(text).Select(property => $"{section.Groups[1].Value}:{property.Groups[1].Value}"));
        }
        return known;
    }

    private static IEnumerable<string> SettingsIn(string file) => Documents(file).SelectMany(document => Environments(document.RootNode)).Select(name => name.Replace("__", ":", StringComparison.Ordinal).Replace("DOTNET_", "DOTNET:", StringComparison.Ordinal));

    // Compose: maps named environment. Kubernetes: data of config maps and secrets, and lists named env. Other images' settings are in capitals.
    private static IEnumerable<string> Environments(YamlNode node)
    {
        if (node is YamlSequenceNode list)
            return list.SelectMany(Environments);
        if (node is not YamlMappingNode map)
            return [];
        return map.Children.SelectMany(entry => (((YamlScalarNode)entry.Key).Value, entry.Value) switch
        {
            ("environment" or "x-environment" or "data" or "stringData", YamlMappingNode values) => values.Children.Keys.Select(key => ((YamlScalarNode)key).Value!).Where(IsOurs),
            ("env", YamlSequenceNode values) => values.Select(value => ((YamlScalarNode)value["name"]).Value!).Where(IsOurs),
            (_, var value) => Environments(value),
        });
    }

    private static bool IsOurs(string name) => name != "<<" && !name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    private static IList<YamlDocument> Documents(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Checkout.Full(file));
        yaml.Load(reader);
        return yaml.Documents;
    }

    [GeneratedRegex(@"\[""([A-Z][A-Za-z:]+)""\]")]
    private static partial Regex Indexed();

    [GeneratedRegex(@"GetSection\(""([A-Z][A-Za-z:]+)""\)")]
    private static partial Regex Section();

    [GeneratedRegex(@"const string Section = ""([A-Z][A-Za-z:]+)""")]
    private static partial Regex SectionOfClass();

    [GeneratedRegex(@"public [\w<>?, ]+ (\w+) \{ get; set; \}")]
    private static partial Regex Property();

    [GeneratedRegex(@"path: (/health/\w+)")]
    private static partial Regex ProbePath();

    [GeneratedRegex(@"name: (?:silo|gateway), (?:containerPort|port): (\d+)")]
    private static partial Regex ClusterPort();

    [GeneratedRegex(@"\b(tracking_[a-z_]+?)(?:_total|_seconds)?[{\[)]")]
    private static partial Regex Metric();
}
