using System.Collections.Immutable;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Engine;

namespace TrackingSilo.Server;

static class MerchantServices
{
    /// <summary>
    /// For each merchant <c>Merchants:N:Name</c>, as registrations spell it, and <c>Merchants:N:Countdown</c>: names of rungs with commas between them, of which their recipients are told.
    /// Empty: of none. Merchants that are not named have the usual ones.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which.</exception>
    public static IServiceCollection AddMerchants(this IServiceCollection services, IConfiguration configuration)
    {
        var chosen = new Dictionary<string, ImmutableArray<CountdownRung>>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection("Merchants").GetChildren())
        {
            if (section["Name"] is not { Length: > 0 } name)
                throw new InvalidOperationException($"{section.Path}:Name is missing.");
            var names = (section["Countdown"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (!CountdownRungs.TryParse(names, out var rungs))
                throw new InvalidOperationException($"{section.Path}:Countdown is '{section["Countdown"]}': it must be of {string.Join(", ", CountdownRungs.All.Select(rung => rung.Name))}.");
            if (!chosen.TryAdd(name, rungs))
                throw new InvalidOperationException($"{section.Path}:Name is '{name}', which another merchant has.");
        }
        return services.AddSingleton(_ =>
        {
            var knowledge = new KnowledgeSource();
            knowledge.Chosen(new CountdownRungs(chosen));
            return knowledge;
        });
    }
}
