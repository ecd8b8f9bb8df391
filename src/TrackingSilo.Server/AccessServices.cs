using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Access;

namespace TrackingSilo.Server;

static class AccessServices
{
    const int KeyMin = 16;

    /// <summary><c>Access:OperatorKey</c> and, for each carrier, <c>Access:Carriers:N:Carrier</c> and <c>…:Key</c>, for each merchant <c>Access:Merchants:N:Merchant</c> and <c>…:Key</c>. Without any, nobody may call the HTTP interfaces.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        var keys = new List<(string, Caller)>();
        if (configuration["Access:OperatorKey"] is { Length: > 0 } operatorKey)
            keys.Add((Checked("Access:OperatorKey", operatorKey), new Caller(null)));
        foreach (var section in configuration.GetSection("Access:Carriers").GetChildren())
        {
            var carrier = section["Carrier"] ?? "";
            // Any number will do: it is the carrier's spelling that is checked.
            if (!ShipmentId.TryCreate(carrier, "0", out _))
                throw new InvalidOperationException($"{section.Path}:Carrier is '{carrier}': it must be a slug of a-z, 0-9 and '-', at most 32 characters.");
            keys.Add((Checked($"{section.Path}:Key", section["Key"] ?? ""), new Caller(carrier)));
        }
        foreach (var section in configuration.GetSection("Access:Merchants").GetChildren())
        {
            if (section["Merchant"] is not { Length: > 0 } merchant)
                throw new InvalidOperationException($"{section.Path}:Merchant is missing.");
            keys.Add((Checked($"{section.Path}:Key", section["Key"] ?? ""), new Caller(null, merchant)));
        }
        if (keys.DistinctBy(key => key.Item1).Count() < keys.Count)
            throw new InvalidOperationException("Two holders under Access have the same key: each needs one of its own.");
        return services.AddSingleton(new ApiKeys(keys));
    }

    // The message names the setting, never the key.
    static string Checked(string setting, string key)
        => key.Length >= KeyMin ? key : throw new InvalidOperationException($"{setting} is too short: at least {KeyMin} characters, so that nobody guesses it.");
}
