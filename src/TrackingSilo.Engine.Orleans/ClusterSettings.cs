using System.Net;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace TrackingSilo.Engine.Orleans;

/// <summary>How a process finds its cluster, and is found there. Bound to the configuration's section <see cref="Section"/>.</summary>
public sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary>The cluster's database, PostgreSQL.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Silos and edges with the same id find each other.</summary>
    public string Id { get; set; } = "tracking";

    /// <summary>This silo's name, the same after a restart, so that it reads the same partitions again. Empty: the machine's.</summary>
    public string SiloName { get; set; } = Environment.MachineName;

    /// <summary>The address under which other silos and edges reach this silo. Empty: the machine's own.</summary>
    public string Address { get; set; } = "";

    /// <summary>Where other silos reach it.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Where edges reach it.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what it should be.</exception>
    public static ClusterSettings Of(IConfiguration configuration)
    {
        var settings = configuration.GetSection(Section).Get<ClusterSettings>() ?? new ClusterSettings();
        if (string.IsNullOrWhiteSpace(settings.SiloName))
            settings.SiloName = Environment.MachineName;
        if (settings.Problems().FirstOrDefault() is { } problem)
            throw new InvalidOperationException(problem);
        return settings;
    }

    internal IPAddress? AdvertisedAddress => IPAddress.TryParse(Address, out var address) ? address : null;

    IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
            yield return "Cluster:ConnectionString is missing: it says where the cluster's PostgreSQL is, such as Host=localhost;Database=tracking;Username=tracking.";
        if (ConnectionStringProblem() is { } wrong)
            yield return $"Cluster:ConnectionString is no connection string of Npgsql: {wrong}";
        if (string.IsNullOrWhiteSpace(Id) || Id.Length > 100)
            yield return "Cluster:Id must have 1 to 100 characters.";
        if (SiloName.Length > 100)
            yield return "Cluster:SiloName must have at most 100 characters.";
        if (Address.Length > 0 && AdvertisedAddress is null)
            yield return $"Cluster:Address is '{Address}': it must be an IP address.";
        if (SiloPort is < 1 or > 65535 || GatewayPort is < 1 or > 65535 || SiloPort == GatewayPort)
            yield return "Cluster:SiloPort and Cluster:GatewayPort must be two ports from 1 to 65535.";
    }

    string? ConnectionStringProblem()
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(ConnectionString);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return e.Message;
        }
    }
}
